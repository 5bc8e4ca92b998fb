"""Why a file cannot be read as a form, in a code and in a sentence for whoever sent it."""

from __future__ import annotations

SENTENCES = {
    "not_found": "没有找到这个文件，请核对文件名和路径。",
    "empty": "文件是空的（0字节），请重新保存后再发。",
    "encrypted": "文件设有密码，无法读取。请取消密码后重新保存再发。",
    "damaged": "文件已损坏或不完整，无法读取。请用Word或WPS重新打开并另存为.docx后再发。",
    "not_a_form": "文件里没有找到申报表的栏目。请使用官方申报表填写后再发。",
    "too_large": "文件过大，无法按申报表读取。请去掉其中的图片等附加内容，另存为.docx后再发。",
    "unsupported_format": "这种文件格式无法读取（可读取Word或WPS的.docx、.doc、.wps）。请另存为.docx后再发。",
}


class UnreadableForm(Exception):
    """A file that is not read. `code` is one of SENTENCES; the text says what to do."""

    def __init__(self, code: str) -> None:
        super().__init__(SENTENCES[code])
        self.code = code
