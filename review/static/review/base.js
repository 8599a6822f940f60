// What every page does: messages can be put away; a refused htmx request says why.

for (const message of document.querySelectorAll(".message")) {
  message.addEventListener("click", () => message.remove());
}

document.body.addEventListener("htmx:responseError", (event) => say(event.detail.xhr.responseText, "bad"));
document.body.addEventListener("htmx:sendError", () => say("没有送达：请核对网络，或工作台是否仍在运行。", "bad"));

/** Shows a line at the top of the page, as text, until it is clicked or six seconds have passed. */
export function say(text, kind = "") {
  const line = document.createElement("p");
  line.className = `message ${kind}`;
  line.setAttribute("role", "status");
  line.textContent = text.length > 300 || text.startsWith("<") ? "没有做成：程序出错或没有权限。" : text;
  line.addEventListener("click", () => line.remove());
  document.querySelector("main").before(line);
  setTimeout(() => line.remove(), 6000);
}

/** The CSRF token of this page. */
export function token() {
  return JSON.parse(document.body.getAttribute("hx-headers"))["x-csrftoken"];
}
