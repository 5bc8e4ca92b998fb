"""What the lines of the audit log say to the office. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bot.campaign_edits.places import place_of
from config.campaign import Campaign

_ACTS = {
    # coming in, people
    "console_login": "进入工作台",
    "console_logout": "退出工作台",
    "console_refused": "未能进入工作台",
    "console_link": "发出一次性登录链接",
    "signed_out": "让人员退出全部设备",
    "invited": "邀请人员",
    "member_added": "授予权限",
    "member_ended": "收回权限",
    "address_added": "登记地址",
    "address_removed": "移除地址",
    "telephone_set": "登记电话",
    "test_sent": "试发消息",
    "people_taken_over": "沿用人员到新活动",
    # the campaign
    "edit_campaign": "修改活动设置",
    "undo_campaign_edit": "恢复活动设置原值",
    "move_deadline": "改动截止日期",
    "decide_point": "明确待明确事项",
    "decide_answer": "作出统一答复",
    "correct_answer": "修改统一答复",
    "withdraw_answer": "撤回统一答复",
    "tell_askers": "告知提问人",
    "sign_plaque": "上传匾牌签收件",
    "seal_campaign": "归档封存",
    "reopen_campaign": "解除封存",
    "clone_campaign": "沿用到下一年度",
    "purge": "删除个人资料",
    "close_alarm": "关闭告警",
    "alarm": "告警",
    # applications
    "start": "开始填报",
    "revise": "填写、修改申报表",
    "drop": "放弃填报",
    "transfer": "更换填报人",
    "declare": "两项声明",
    "late_attempt": "逾期操作",
    "late_pending": "超过截止时间",
    "view": "查看申报件",
    "note": "记事",
    "material_register": "收到材料",
    "material_hold": "暂缓登记材料",
    "material_release": "登记暂缓的材料",
    "material_confirm": "确认用这一版材料",
    "material_reject": "不用这一版材料",
    "material_restore": "恢复原来的材料",
    "material_bind_scan": "核对盖章扫描件",
    "amend": "修改已报送的申报",
    # recommendation
    "rank": "调整推荐顺序",
    "set_cutoff": "设定内部截止",
    "route": "变更推荐渠道",
    "choose_route": "选定推荐渠道",
    "print_opinion": "打印推荐意见页",
    "paper": "登记纸质件",
    "propose_package": "来信提出推荐包",
    "confirm_mailed_package": "确认来信推荐包",
    "drop_mailed_package": "放弃来信推荐包",
    "send_package": "上报推荐包",
    "zero_report": "零报告",
    "ask_correction": "申请更正推荐顺序",
    "grant_correction": "同意更正推荐顺序",
    "refuse_correction": "不同意更正推荐顺序",
    "move_up": "依次递补",
    "keep_gap": "保留空缺",
    # mail
    "view_mail": "查看来信",
    "download_mail": "下载来信原件",
    "send_again": "重新发送",
    "see_to_delivery": "处理发送失败",
    "note_incident": "登记收信情况",
    "link_fetched": "取回链接文件",
    "mail_attached_by_staff": "将来信归入申报",
    "mail_replayed_by_staff": "重新处理来信",
    "mail_answered_by_staff": "答复来信",
    "mail_discarded_by_staff": "作废来信",
    "mail_link_asked_for": "取回来信链接",
    "mail_links_settled": "来信链接材料已另行收到",
    "mail_filed": "来信归档",
    "mail_duplicate": "重复来信，未再登记",
    "mail_quarantine": "来信待认领",
    "mail_automatic": "自动来信，留存不复",
    "mail_rejected": "来信退回说明",
    "mail_unreadable": "来信无法读取",
    "approve_answer": "确定答复口径",
    # notices
    "notice_drafted": "拟写通知",
    "notice_released": "放行通知",
    "notice_scheduled": "定时发送通知",
    "notice_timed": "定时通知到时",
    "notice_dispatched": "发送通知",
    "notice_dropped": "放弃通知",
    "notice_confirmed": "确认收到通知",
    "notice_resent": "重发通知",
    "notice_sent_otherwise": "改用其他方式通知",
    "notice_told": "电话告知",
    "notice_stopped": "停止发送通知",
    "notice_recalled": "撤回通知",
    # visits and sheets
    "visit_planned": "安排实地验收",
    "visit_released": "发布实地验收安排",
    "visit_change_proposed": "登记验收变更",
    "visit_cancel_proposed": "登记取消验收",
    "visit_dropped": "放弃未发布的验收安排",
    "visit_confirmed": "确认实地验收时间",
    "visit_other_day": "要求改期",
    "visit_kept": "维持原定时间",
    "visit_told": "电话告知实地验收",
    "visit_chased": "未确认，继续联系",
    "sheet_open": "开始现场评分",
    "sheet_entry": "记录现场评分",
    "sheet_team": "调整评分组",
    "sheet_photo": "上传现场照片",
    "sheet_recuse": "评分人员回避",
    "sheet_sign": "签字确认评分",
    "sheet_lock": "评分定稿",
    "sheet_reopen": "重新打开评分表",
    "sheet_refused": "评分记录未被接受",
    "sheet_veto_upheld": "认定一票否决",
    "sheet_veto_dismissed": "不认定一票否决",
    "sheet_draw": "随机抽取",
    "sheet_draw_open": "准备随机抽取",
    # results
    "enter_review": "登记评审得分",
    "open_review_round": "开启评审",
    "set_review_due": "改动评审期限",
    "close_review_round": "结束评审打分",
    "invite_reviewer": "邀请评审人员",
    "remove_reviewer": "更换评审人员",
    "assign_review": "分派评审",
    "unassign_review": "收回评审分派",
    "set_review_deck": "评审改用新版申报报告",
    "agree_review_duties": "确认评审职责和回避",
    "review_recusal": "评审回避",
    "void_review": "评审得分因回避作废",
    "report_review_problem": "评审人员反映问题",
    "answer_review_problem": "答复评审人员反映的问题",
    "review_refused": "查看评审材料未获准",
    "decide_result": "拟定入选意见",
    "approve_list": "审定名单",
    "drop_release": "撤下待发布内容",
    "set_notice_terms": "确定公示安排",
    "draft_public_notice": "拟写公示",
    "release_public_notice": "发布公示",
    "register_objection": "登记异议",
    "objection_handler": "指定异议经办人",
    "objection_handling": "记录异议办理情况",
    "objection_upheld": "异议成立",
    "objection_rejected": "异议不成立",
    "objection_reply": "答复异议",
    "entrust_objection": "交办异议",
    "view_informant": "查看异议人",
    "draft_announcement": "拟写公布稿",
    "release_announcement": "发布公布稿",
    "hand_over_plaque": "授牌登记",
    # seen by whoever made it alone
    "covert": "不公开的安排",
}
_DETAILS = {
    "path": "项目",
    "from": "由",
    "to": "改为",
    "body": "推荐单位",
    "bodies": "一并顺延",
    "role": "身份",
    "for": "人员编号",
    "answer": "答复",
    "open_point": "待明确事项",
    "reason": "理由",
    "why": "原因",
    "receipt": "回执",
    "count": "数量",
    "field": "栏目",
    "number": "编号",
    "notice": "通知",
    "visit": "验收安排",
    "version": "版本",
    "before": "原来",
    "after": "改为",
    "road": "方式",
    "invitation": "邀请",
    "channel": "方式",
    "mail": "来信",
    "sheet": "评分表",
}
_VALUES = {"office": "市办公室", "inspector": "评审验收人员", "link": "一次性链接", "wecom": "企业微信"}
_DIGEST = 32  # characters; what is longer and hexadecimal is a fingerprint, which nobody reads


def action_words(campaign: Campaign, action: str) -> str:
    """What was done: an arrow of the campaign by its label, else as the log words it, else as it is stored."""
    if known := _ACTS.get(action):
        return known
    return next((arrow.label for arrow in campaign.arrows if arrow.action == action), action)


def detail_words(campaign: Campaign, details: Mapping[str, str]) -> str:
    """The particulars that mean something to a reader."""
    named = {body.id: body.name for body in campaign.bodies}
    named |= {stage.id: stage.label for stage in campaign.stages}
    said = [f"{_DETAILS['field']}：{labels}"] if (labels := changed_labels(campaign, details)) else []
    for key, value in details.items():
        text = str(value)
        if key not in _DETAILS or not text or _is_digest(text):
            continue
        place = place_of(text) if key == "path" else None
        shown = campaign.phrases[place.label] if place else named.get(text) or _VALUES.get(text) or text
        said.append(f"{_DETAILS[key]}：{shown}")
    return "；".join(said)


def changed_labels(campaign: Campaign, details: Mapping[str, str]) -> str:
    """The fields that were filled in, changed or emptied: the log keeps each with a fingerprint of its value."""
    fields = (field for field in campaign.form.fields if field.id in details)
    return "、".join(
        field.label for field in fields if not details[field.id] or _is_digest(str(details[field.id]))
    )


def _is_digest(text: str) -> bool:
    return len(text) >= _DIGEST and all(char in "0123456789abcdef" for char in text)
