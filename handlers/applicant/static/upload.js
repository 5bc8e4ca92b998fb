// Sends files from the applicant's page with tus: progress, pause, resume after a dropped line or a reload.
"use strict";

(() => {
  const section = document.getElementById("uploader");
  if (!section) return;
  const place = section.dataset.place;
  const list = document.getElementById("sending");
  const drop = document.getElementById("drop");
  const picked = document.getElementById("picked");
  const CHUNK = 8 * 1024 * 1024; // what a dropped line can cost at most
  const RETRIES = [0, 1000, 3000, 5000, 10000, 20000, 30000];

  const element = (tag, name, text) => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text) made.textContent = text;
    return made;
  };

  const size = (bytes) => {
    if (bytes < 1024) return `${bytes} 字节`;
    if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
    if (bytes < 1024 ** 3) return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
    return `${(bytes / 1024 ** 3).toFixed(2)} GB`;
  };

  class Row {
    constructor(file) {
      this.box = element("div", "sent");
      const row = element("div", "row");
      row.append(element("strong", "name", file.name), (this.amount = element("span", "hint", size(file.size))));
      this.bar = element("progress");
      this.bar.max = file.size || 1;
      this.bar.value = 0;
      this.bar.setAttribute("aria-label", `${file.name}的上传进度`);
      this.said = element("p", "said");
      this.toggle = element("button", "", "暂停");
      this.cancel = element("button", "", "取消");
      this.toggle.type = this.cancel.type = "button";
      this.buttons = element("div");
      this.buttons.append(this.toggle, this.cancel);
      this.box.append(row, this.bar, this.said, this.buttons);
      list.prepend(this.box);
    }

    progress(sent, total) {
      this.bar.value = sent;
      this.amount.textContent = `${size(sent)} / ${size(total)}（${Math.floor((sent / total) * 100)}%）`;
    }

    end(kind, text) {
      this.box.classList.add(kind);
      this.said.textContent = text;
      this.buttons.remove();
    }
  }

  const reason = (error) => {
    const answer = error.originalResponse;
    if (!answer || answer.getStatus() === 0) return "网络中断，已传的部分都在，请点“继续”。";
    return answer.getBody() || "上传没有成功，请稍后点“继续”。";
  };

  const shown = async (url, row) => {
    // checking a large deck takes a while; the page may be closed meanwhile
    for (let waited = 0; waited < 600; waited += 1) {
      try {
        const answer = await fetch(url, { cache: "no-store" });
        const found = answer.ok ? await answer.json() : {};
        if (found.sha256) {
          const mark = `${size(found.size)}，校验码 ${found.sha256.slice(0, 8)}。`;
          row.end("done", "上传完成，");
          row.said.append(mark, element("br"), element("span", "told", found.told));
          row.said.title = `SHA-256 ${found.sha256}`;
          const again = element("p");
          const link = element("a", "", "刷新页面查看全部材料");
          link.href = location.pathname;
          again.append(link);
          row.box.append(again);
          return;
        }
      } catch {
        // the line dropped: ask again
      }
      await new Promise((wake) => setTimeout(wake, 1000));
    }
    row.end("done", "上传完成，正在检查，稍后请刷新页面查看结果。");
  };

  const send = async (file) => {
    const row = new Row(file);
    const upload = new tus.Upload(file, {
      endpoint: place,
      chunkSize: CHUNK,
      retryDelays: RETRIES,
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name },
      onProgress: (sent, total) => row.progress(sent, total),
      onError: (error) => {
        row.said.textContent = reason(error);
        row.toggle.textContent = "继续";
        paused = true;
      },
      onSuccess: () => {
        row.progress(file.size, file.size);
        row.said.textContent = "已全部收到，正在检查……";
        row.buttons.remove();
        shown(upload.url, row);
      },
    });
    let paused = false;
    row.toggle.addEventListener("click", () => {
      paused = !paused;
      row.toggle.textContent = paused ? "继续" : "暂停";
      row.said.textContent = paused ? "已暂停。" : "";
      if (paused) upload.abort();
      else upload.start();
    });
    row.cancel.addEventListener("click", () => {
      upload.abort(true).catch(() => {});
      row.end("failed", "已取消。");
    });
    window.addEventListener("online", () => {
      if (paused && row.toggle.isConnected) row.toggle.click();
    });
    const earlier = await upload.findPreviousUploads();
    if (earlier.length) upload.resumeFromPreviousUpload(earlier[earlier.length - 1]);
    upload.start();
  };

  const sendAll = (files) => Array.from(files).forEach(send);
  picked.addEventListener("change", () => {
    sendAll(picked.files);
    picked.value = "";
  });
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, () => drop.classList.remove("over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    sendAll(event.dataTransfer.files);
  });
})();
