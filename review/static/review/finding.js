// One finding after another: the next two are fetched ahead, shown at once when a key decides, and the decision is sent
// behind. Where it is refused, the finding comes back with the reason.

import { findingUrl, post, send, start, tell } from "./deciding.js";

const AHEAD = 2; // findings fetched before they are asked for
const place = document.getElementById("place");
const parts = new Map(); // id -> Promise of its HTML
let busy = false;

const article = () => place.querySelector("article");
const query = () => article().dataset.query;

function fetchPart(id) {
  if (!parts.has(id)) parts.set(id, load(id));
  return parts.get(id);
}

async function load(id) {
  const answer = await fetch(findingUrl(id, query(), "/part")).catch(() => null);
  if (!answer?.ok || answer.redirected) {
    parts.delete(id);
    return null;
  }
  return parse(await answer.text());
}

function parse(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html; // our own page, escaped there
  return holder.content.querySelector("article");
}

/** The next findings, and the pictures their panels will ask for. */
async function fetchAhead() {
  let id = article().dataset.next;
  for (let step = 0; step < AHEAD && id; step += 1) {
    const part = await fetchPart(id);
    if (!part) return;
    for (const picture of part.querySelectorAll("[data-src], img[src]")) {
      new Image().src = picture.dataset.src ?? picture.getAttribute("src");
    }
    id = part.dataset.next;
  }
}

function show(part, { push = true } = {}) {
  const shown = document.importNode(part, true);
  place.replaceChildren(shown);
  document.title = shown.dataset.title;
  const url = findingUrl(shown.dataset.id, shown.dataset.query);
  if (push) history.pushState({ finding: shown.dataset.id }, "", url);
  window.htmx?.process(shown);
  document.dispatchEvent(new CustomEvent("finding:shown", { detail: { article: shown } }));
  window.scrollTo(0, 0);
  shown.focus({ preventScroll: true });
  post(findingUrl(shown.dataset.id, "", "/seen"), []);
  fetchAhead();
}

/** A finding by its id; true where it could be shown. */
async function open(id, { fresh = false, push = true } = {}) {
  if (fresh) parts.clear();
  busy = true;
  const part = await fetchPart(String(id));
  busy = false;
  if (part) show(part, { push });
  else tell("没能打开这一条：请核对网络，或刷新页面。", true);
  return part !== null;
}

async function settle(current, fields) {
  if (busy) return;
  const next = article().dataset.next;
  const url = findingUrl(current.id, query(), "/decide");
  const sent = send(url, [...fields, ["next", next]]);
  parts.delete(current.id);
  if (next) await open(next);
  const told = await sent;
  if (!told.ok) {
    await open(current.id, { fresh: true });
    return tell(told.message, true);
  }
  tell(told.message);
  if (!next) return finish(current.id, told.message);
  if (article().dataset.id === next) number(told);
  if (article().dataset.id === current.id) await open(current.id, { fresh: true, push: false });
}

async function finish(id, message) {
  await open(id, { fresh: true, push: false });
  tell(`${message} 这是当前视图的最后一条，可以回到列表。`);
}

/** Where the finding that is shown stands, now that one before it was decided. */
function number({ number: at, total }) {
  if (total === undefined) return;
  for (const field of place.querySelectorAll("[data-total]")) field.textContent = total;
  place.querySelector("[data-inside]").hidden = at === null;
  place.querySelector("[data-outside]").hidden = at !== null;
  place.querySelector("[data-number]").textContent = at ?? "";
}

function move(step) {
  const id = step > 0 ? article().dataset.next : article().dataset.previous;
  if (busy) return;
  if (id) open(id);
  else tell(step > 0 ? "已是当前视图的最后一条。" : "已是当前视图的第一条。");
}

const page = {
  current() {
    const { id, mark, cause, verdict } = article().dataset;
    return { id, mark, cause, verdict, locked: article().classList.contains("locked") };
  },
  nature: () => place.querySelector("[name=nature]")?.value ?? "",
  query,
  settle,
  move,
  refresh: (id) => open(id ?? article().dataset.id, { fresh: true, push: id !== null && String(id) !== article().dataset.id }),
  search: () => { location.href = `${article().dataset.queue}?${query()}#q`; },
};

place.addEventListener("click", (event) => {
  const target = event.target;
  if (!(target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const way = target.closest("[data-move]")?.dataset.move;
  if (way) {
    event.preventDefault();
    move(way === "next" ? 1 : -1);
  }
  const offer = target.closest("[data-offer]")?.dataset.offer;
  if (offer) place.querySelector("[name=nature]").value = offer;
});

place.addEventListener("submit", (event) => {
  const deed = event.submitter?.value;
  if (!event.target.matches("form.decide") || !deed) return;
  event.preventDefault();
  const current = page.current();
  settle(current, [["deed", deed], ["mark", current.mark], ["nature", deed === "confirm" ? page.nature() : ""]]);
});

// A corrected cell changes which findings there are, and this one; the panel that was corrected stays as it is.
document.addEventListener("review:corrected", async () => {
  parts.clear();
  const { id } = article().dataset;
  const fresh = await load(id);
  if (!fresh || article().dataset.id !== id) return;
  Object.assign(article().dataset, fresh.dataset);
  document.title = fresh.dataset.title;
  const nature = place.querySelector("[name=nature]");
  const typed = nature && nature.value !== nature.defaultValue ? nature.value : null;
  for (const name of [".finding-head", "form.decide", ".beneath"]) {
    const part = fresh.querySelector(name);
    if (part) place.querySelector(name)?.replaceWith(document.importNode(part, true));
  }
  if (typed !== null && place.querySelector("[name=nature]")) place.querySelector("[name=nature]").value = typed;
  fetchAhead();
});

window.addEventListener("popstate", () => {
  const id = /findings\/(\d+)/.exec(location.pathname)?.[1];
  if (id) open(id, { push: false });
});

start(page, ["ArrowLeft", "ArrowRight"]);
fetchAhead();
