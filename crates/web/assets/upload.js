// Large files in pieces: sent as soon as they are chosen, resumed where they stand, named in the form by their address. Without this script
// the field stays what it is, an ordinary file field.

const PIECE = 8 * 1024 * 1024;
const TRIES = 8;

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const keyOf = (file) => `upload:${file.name}:${file.size}:${file.lastModified}`;

class Refused extends Error {}

/** What an answer that is no success says. */
async function refusal(answer) {
  if (answer.redirected || answer.status === 401) return new Refused("登录已经过期，请在另一个窗口登录后重试");
  const type = answer.headers.get("content-type") ?? "";
  const text = type.startsWith("text/plain") ? await answer.text() : "没有上传成功，请刷新页面后重试";
  return new Refused(text);
}

async function begin(file, csrf) {
  const body = new URLSearchParams({ csrf, name: file.name, bytes: String(file.size) });
  const answer = await fetch("/office/uploads", { method: "POST", body });
  if (answer.status !== 201) throw await refusal(answer);
  return answer.headers.get("location");
}

/** Where an upload stands; null where there is none any more. */
async function offset(at) {
  const answer = await fetch(at, { method: "HEAD" });
  if (answer.status === 404) return null;
  if (!answer.ok || answer.redirected) throw await refusal(answer);
  return Number(answer.headers.get("upload-offset"));
}

/** Sends a file from where it stands and answers its address. */
async function send(file, csrf, progress, signal) {
  const key = keyOf(file);
  let at = localStorage.getItem(key);
  let from = at ? await offset(at) : null;
  if (from === null) {
    at = await begin(file, csrf);
    localStorage.setItem(key, at);
    from = 0;
  }
  for (let tries = 0; ; ) {
    progress(from / file.size);
    try {
      const answer = await fetch(at, {
        method: "PATCH",
        body: file.slice(from, from + PIECE),
        headers: { "Upload-Offset": String(from), "Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream", "X-CSRF-Token": csrf },
        signal,
      });
      if (answer.status === 409) {
        from = Number(answer.headers.get("upload-offset"));
        continue;
      }
      if (answer.status >= 500) throw new Error(String(answer.status));
      if (answer.status !== 204) {
        localStorage.removeItem(key);
        throw await refusal(answer);
      }
      tries = 0;
      from = Number(answer.headers.get("upload-offset"));
      const id = answer.headers.get("upload-file");
      if (id) {
        localStorage.removeItem(key);
        progress(1);
        return id;
      }
    } catch (error) {
      if (error instanceof Refused || signal.aborted || ++tries > TRIES) throw error;
      // The line is cut: wait for it, then ask how far the file has come.
      await wait(Math.min(30_000, 500 * 2 ** tries));
      from = (await offset(at).catch(() => from)) ?? 0;
    }
  }
}

function row(list, file) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  const bar = document.createElement("progress");
  const state = document.createElement("span");
  const stop = document.createElement("button");
  name.className = "cut";
  name.textContent = file.name;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  state.className = "mut sm";
  state.setAttribute("role", "status");
  stop.type = "button";
  stop.className = "btn btn-s btn-q";
  stop.textContent = "取消";
  item.append(name, bar, state, stop);
  list.append(item);
  return { item, bar, state, stop };
}

for (const input of document.querySelectorAll("input[type=file][data-upload]")) {
  const { form, name } = input;
  const csrf = form.elements.namedItem("csrf").value;
  const list = document.createElement("ul");
  list.className = "uploads";
  input.after(list);
  const hint = form.querySelector(`[data-upload-hint="${input.id}"]`);
  if (hint) hint.textContent = "可多选，单个不超过 2 GB；选好即开始上传，断线后自动接着传";
  let running = 0;
  form.addEventListener("submit", (event) => {
    if (running === 0) return;
    event.preventDefault();
    list.querySelector("[role=status]").focus?.();
    alert("还有文件没有传完，请等待传完或者取消后再提交。");
  });
  input.addEventListener("change", async () => {
    const files = [...input.files];
    // From here on the script sends them: the form itself carries only their addresses.
    input.value = "";
    for (const file of files) {
      const { item, bar, state, stop } = row(list, file);
      const abort = new AbortController();
      stop.addEventListener("click", () => {
        abort.abort();
        item.remove();
      });
      running += 1;
      try {
        const id = await send(file, csrf, (part) => {
          bar.value = part;
          state.textContent = `${Math.floor(part * 100)}%`;
        }, abort.signal);
        state.textContent = "已上传";
        bar.remove();
        const hidden = document.createElement("input");
        hidden.type = "hidden";
        hidden.name = name;
        hidden.value = id;
        item.append(hidden);
        stop.textContent = "移除";
      } catch (error) {
        if (!abort.signal.aborted) {
          item.className = "bad";
          bar.remove();
          stop.textContent = "移除";
          state.className = "err";
          state.textContent = error instanceof Refused ? error.message : `“${file.name}”：网络不通，没有传完；再次选择同一文件可以接着传`;
        }
      } finally {
        running -= 1;
      }
    }
  });
}
