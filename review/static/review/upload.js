// Choosing and sending files. The server is told what there is, answers what it lacks, and is sent that, a few files at
// a time. Nothing is remembered here: after a closed browser the same folder is chosen again and only the rest is sent.

import { say, token } from "./base.js";
import { fileToSha256 } from "./sha256.js";

const AT_ONCE = 4; // files on their way: more only wait for each other
const TRIES = 4; // of a file, for what may be better in a moment
const PAUSES = [1000, 3000, 9000]; // milliseconds between them

const drop = document.getElementById("drop");
const parts = Object.fromEntries(
  ["title", "told", "bar", "status", "failed", "stop", "again"].map((name) => [name, document.getElementById(`sending-${name}`)]),
);
let lastChosen = [];
let underway = null; // the batch being sent

class Stopped extends Error {}
class Refused extends Error {}

/** Files of an input, with the paths people know them by. */
function inputToChosen(input) {
  return [...input.files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** Everything dropped, folders walked through. */
async function transferToChosen(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const loose = entries.length ? [] : [...transfer.files].map((file) => ({ path: file.name, file }));
  const found = await Promise.all(entries.map(entryToChosen));
  return [...loose, ...found.flat()];
}

async function entryToChosen(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ""), file }];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)); // a hundred at a time
    if (!some.length) return found;
    for (const each of some) found.push(...(await entryToChosen(each)));
  }
}

async function send(chosen) {
  if (underway) return say("这一批还在上传，请等它传完，或先暂停。", "bad");
  if (!chosen.length) return say("没有找到文件：文件夹是空的，或没有读取权限。", "bad");
  const most = Number(drop.dataset.maxFiles);
  if (chosen.length > most) return say(`一次最多上传 ${most} 个文件，这次有 ${chosen.length} 个。请分几次选择。`, "bad");
  lastChosen = chosen;
  underway = { isStopped: false, requests: new Set(), sent: 0, failed: [] };
  show("正在核对内容", chosen.length);
  try {
    const told = await announce(await describe(chosen, underway));
    await sendLacking(told, chosen, underway);
    finish(told, underway);
  } catch (error) {
    failWhole(error);
  } finally {
    underway = null;
    parts.stop.hidden = true;
    refreshProgress();
  }
}

async function describe(chosen, batch) {
  const files = [];
  for (const [place, { path, file }] of chosen.entries()) {
    if (batch.isStopped) throw new Stopped();
    let sha256 = "";
    try {
      sha256 = file.size <= Number(drop.dataset.maxBytes) ? await fileToSha256(file) : "";
    } catch {
      // it cannot be read now; sending it will say so
    }
    files.push({ path, size: file.size, sha256 });
    parts.bar.value = (100 * (place + 1)) / chosen.length;
    parts.told.textContent = `${place + 1}/${chosen.length} 个`;
  }
  return files;
}

async function announce(files) {
  const response = await fetch(drop.dataset.announce, {
    method: "POST",
    headers: { "content-type": "application/json", "x-csrftoken": token() },
    body: JSON.stringify({ files }),
  });
  const told = await response.json().catch(() => null);
  if (!told?.delivery) throw new Refused(told?.message || refusalToText(response.status));
  return told;
}

function refusalToText(status) {
  return status === 403 ? "没有上传权限，或登录已过期。请重新登录后再选择同一文件夹。" : `没有送达（${status}）。请核对工作台是否仍在运行，再选择同一文件夹。`;
}

async function sendLacking(told, chosen, batch) {
  const queue = told.lacking.map(({ index, item }) => ({ ...chosen[index], item }));
  const bytes = queue.reduce((sum, each) => sum + each.file.size, 0);
  const known = told.files - queue.length;
  show("正在上传", queue.length);
  parts.stop.hidden = !queue.length;
  parts.status.textContent = known ? `${known} 个文件已在本项目中或不必上传，只传其余 ${queue.length} 个。` : "";
  const onBytes = (more) => {
    batch.sent += more;
    parts.bar.value = bytes ? (100 * batch.sent) / bytes : 100;
  };
  let done = 0;
  const total = queue.length;
  const worker = async () => {
    while (queue.length && !batch.isStopped) {
      const next = queue.shift();
      try {
        await sendOne(next, told.delivery, batch, onBytes);
      } catch (error) {
        if (!(error instanceof Stopped)) noteFailure(next.path, error.message, batch);
      }
      done += 1;
      parts.told.textContent = `${done}/${total} 个`;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (batch.isStopped) throw new Stopped();
}

async function sendOne({ file, item }, delivery, batch, onBytes) {
  for (let attempt = 1; ; attempt++) {
    const [status, told] = await put(`${drop.dataset.deliveries}/${delivery}/items/${item}`, file, batch, onBytes);
    if (status === 200 && told?.state) return;
    if (batch.isStopped) throw new Stopped();
    const mayRecover = status === 0 || status >= 500 || status === 429;
    if (!mayRecover || attempt === TRIES) {
      const unreadable = "浏览器读不出这个文件，或网络中断。请核对文件能否打开，再选择同一文件夹补传。";
      throw new Refused(told?.message || (status === 0 ? unreadable : refusalToText(status)));
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSES[attempt - 1]));
  }
}

/** The status (0: no answer) and what was answered. fetch tells nothing of the way up, XMLHttpRequest does. */
function put(url, file, batch, onBytes) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    let counted = 0;
    const end = (status, told) => {
      batch.requests.delete(request);
      if (status !== 200) onBytes(-counted);
      else onBytes(file.size - counted);
      resolve([status, told]);
    };
    request.open("PUT", url);
    request.responseType = "json";
    request.setRequestHeader("content-type", "application/octet-stream");
    request.setRequestHeader("x-csrftoken", token());
    request.upload.addEventListener("progress", (event) => {
      onBytes(event.loaded - counted);
      counted = event.loaded;
    });
    request.addEventListener("load", () => end(request.status, request.response));
    for (const name of ["error", "abort", "timeout"]) request.addEventListener(name, () => end(0, null));
    batch.requests.add(request);
    request.send(file);
  });
}

function show(title, count) {
  document.getElementById("sending").hidden = false;
  parts.title.textContent = title;
  parts.told.textContent = `0/${count} 个`;
  parts.bar.value = 0;
  parts.again.hidden = true;
  parts.status.textContent = "";
  parts.failed.replaceChildren();
}

function noteFailure(path, reason, batch) {
  batch.failed.push(path);
  const line = document.createElement("li");
  line.textContent = `${path}：${reason}`;
  parts.failed.append(line);
}

function finish(told, batch) {
  const failed = batch.failed.length;
  parts.title.textContent = failed ? `${failed} 个文件没有传成` : "已全部送达";
  parts.again.hidden = !failed;
  parts.again.textContent = "重试未成功的";
  if (!failed) parts.bar.value = 100;
  if (!told.lacking.length) parts.status.textContent = "这些文件的内容都已在本项目中，没有需要上传的。";
}

function failWhole(error) {
  const isStopped = error instanceof Stopped;
  parts.title.textContent = isStopped ? "已暂停" : "上传没有完成";
  parts.status.textContent = isStopped ? "已送达的不受影响，照常识读。" : error instanceof Refused ? error.message : refusalToText(0);
  parts.again.hidden = false;
  parts.again.textContent = "继续上传";
}

function refreshProgress() {
  document.getElementById("progress").dispatchEvent(new Event("uploaded"));
}

drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", async (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  try {
    await send(await transferToChosen(event.dataTransfer));
  } catch {
    say("有文件或文件夹读不出来。请核对权限，或复制到本机后再拖入。", "bad");
  }
});
for (const input of drop.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", async () => {
    const chosen = inputToChosen(input);
    input.value = ""; // so that the same folder can be chosen again
    await send(chosen);
  });
}
parts.stop.addEventListener("click", () => {
  if (!underway) return;
  underway.isStopped = true;
  for (const request of underway.requests) request.abort();
});
parts.again.addEventListener("click", () => send(lastChosen));
window.addEventListener("beforeunload", (event) => {
  if (underway) event.preventDefault();
});
