// Evidence: the original and the table as read, tied cell to cell; doubtful cells by Tab; corrections in place.

import { token } from "./base.js";
import { editCell } from "./evidence_editor.js";
import { Viewer } from "./evidence_viewer.js";
import { bind } from "./keys.js";

const SHARE = "fuhe.evidence.share"; // where the divider was left, in percent
const shown = new Set();

/** Makes the evidence within an element live; evidence that is live already stays as it is. */
export function showEvidence(root) {
  const found = root.matches?.("[data-evidence]") ? [root] : root.querySelectorAll("[data-evidence]");
  for (const each of shown) if (!each.root.isConnected) shown.delete(each);
  for (const section of found) {
    if (!section.dataset.live) shown.add(new Desk(section));
  }
}

/** One piece of evidence on the page. */
class Desk {
  constructor(root) {
    this.root = root;
    root.dataset.live = "1";
    this.original = root.querySelector("[data-original]");
    this.fitHeight();
    new ResizeObserver(() => this.root.isConnected && this.fitHeight()).observe(document.body); // a banner comes or goes
    if (this.original) {
      this.divide();
      this.viewer = new Viewer(this.original, (key) => this.choose(key, { from: "original" }));
    }
    this.read = root.querySelector("[data-read]");
    root.addEventListener("click", (event) => this.click(event));
    root.addEventListener("keydown", (event) => this.press(event));
    const chosen = document.querySelector("[data-chosen]")?.dataset.chosen;
    const fact = chosen && root.querySelector(`.fact[data-finding="${CSS.escape(chosen)}"]`);
    if (fact) {
      this.cite(fact);
      fact.parentElement.scrollTop = fact.offsetTop - fact.parentElement.offsetTop;
    } else if (!this.showRow()) this.scrollToCited();
  }

  /** The row that the address names; false where it names none. */
  showRow() {
    const row = /^#row-\d+$/.test(location.hash) && this.read.querySelector(location.hash);
    const cell = row && (row.querySelector(".c-level3") ?? row.querySelector(".cell[data-key]"));
    if (cell) this.choose(cell.dataset.key, { from: "keys" });
    return Boolean(cell);
  }

  /** The evidence ends where the window does, wherever it begins. */
  fitHeight() {
    const above = this.root.getBoundingClientRect().top + window.scrollY;
    this.root.style.setProperty("--above", `${Math.round(above)}px`);
  }

  divide() {
    const divider = this.root.querySelector("[data-divider]");
    const set = (share) => {
      const kept = Math.min(75, Math.max(25, share));
      this.root.style.setProperty("--share", `${kept}%`);
      divider.setAttribute("aria-valuenow", String(Math.round(kept)));
      localStorage.setItem(SHARE, String(kept));
      return kept;
    };
    let share = set(Number(localStorage.getItem(SHARE)) || 50);
    divider.addEventListener("pointerdown", (down) => {
      divider.setPointerCapture(down.pointerId);
      const move = (event) => {
        const frame = this.root.getBoundingClientRect();
        share = set(((event.clientX - frame.left) / frame.width) * 100);
      };
      divider.addEventListener("pointermove", move);
      divider.addEventListener("pointerup", () => divider.removeEventListener("pointermove", move), { once: true });
    });
    divider.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -5, ArrowRight: 5 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      share = set(share + step);
    });
  }

  cellOf(key) {
    return this.read.querySelector(`[data-key="${CSS.escape(key)}"]`);
  }

  /** The cell somebody looks at, in the table and in the original. */
  choose(key, { from }) {
    for (const each of this.read.querySelectorAll(".cell.current")) each.classList.remove("current");
    const cell = this.cellOf(key);
    cell?.classList.add("current");
    if (cell && from !== "table") this.centre(cell);
    if (cell && from !== "cite") cell.focus({ preventScroll: true });
    if (!this.viewer) return;
    this.viewer.mark(key);
    if (from !== "original" && !this.viewer.jump(key)) this.jumpToRow(cell);
  }

  /** An empty cell has no place of its own: its row has. */
  jumpToRow(cell) {
    const row = cell?.closest("tr");
    for (const each of row?.querySelectorAll("[data-key]") ?? []) {
      if (!each.classList.contains("c-level1") && !each.classList.contains("c-level2") && this.viewer.jump(each.dataset.key)) return;
    }
  }

  centre(cell) {
    const [frame, box] = [this.read.getBoundingClientRect(), cell.getBoundingClientRect()];
    this.read.scrollBy(0, box.top + box.height / 2 - frame.top - frame.height / 2);
    const hidden = box.right > frame.right ? box.right - frame.right + 8 : Math.min(0, box.left - frame.left - 160);
    if (box.right > frame.right || box.left < frame.left) this.read.scrollBy(hidden, 0);
  }

  scrollToCited() {
    const cell = this.read.querySelector("tr.own .cell.cited") ?? this.read.querySelector(".cell.cited") ?? this.read.querySelector("tr.own .cell");
    if (cell) this.centre(cell);
  }

  click(event) {
    const target = event.target;
    const cell = target.closest(".cell[data-key]");
    if (cell && this.read.contains(cell)) return this.choose(cell.dataset.key, { from: "table" });
    const jump = target.closest("[data-jump]");
    if (jump) {
      const fact = jump.closest(".fact");
      if (fact) this.cite(fact, { scroll: false });
      return this.choose(jump.dataset.jump, { from: "cite" });
    }
    const copy = target.closest("[data-copy]");
    if (copy) return copyText(copy);
    const action = target.closest("[data-do]")?.dataset.do;
    if (action === "doubt") return this.step(1);
    if (action === "close-turns") return this.root.querySelector("[data-part=change]").replaceChildren();
    const fact = target.closest(".fact");
    if (fact && !target.closest("a, button, summary, details")) this.cite(fact);
  }

  press(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const cell = event.target.closest?.(".cell[data-key]");
    if (event.key.startsWith("Arrow") && event.target.closest?.("[data-stage], [data-read]")) {
      event.stopPropagation(); // here they scroll or walk from cell to cell, elsewhere they are the page's
      const next = cell ? this.neighbour(cell, event.key) : null;
      if (!next) return;
      event.preventDefault();
      this.choose(next.dataset.key, { from: "keys" });
    }
    if (event.key !== "Enter") return;
    if (event.target === this.read) {
      const first = this.read.querySelector(".cell.current, .cell.cited") ?? this.read.querySelector(".cell[data-key]");
      if (first) this.choose(first.dataset.key, { from: "keys" });
    } else if (cell && this.root.dataset.correct) {
      event.preventDefault();
      event.stopPropagation();
      this.edit(cell);
    } else if (event.target.matches?.(".fact")) this.cite(event.target);
  }

  /** The cell beside, above or below; null at an edge. */
  neighbour(cell, key) {
    const cells = [...this.read.querySelectorAll(".cell[data-key]")];
    const place = cells.indexOf(cell);
    if (key === "ArrowRight") return cells[place + 1] ?? null;
    if (key === "ArrowLeft") return cells[place - 1] ?? null;
    const same = (other) => !cell.closest("tr") || other.closest("table") !== cell.closest("table") || other.className.match(/c-\w+/)[0] === cell.className.match(/c-\w+/)[0];
    const away = (other) => other.closest("tr") !== cell.closest("tr") || !cell.closest("tr");
    const found = key === "ArrowDown" ? cells.slice(place + 1) : cells.slice(0, place).reverse();
    return found.find((other) => away(other) && same(other)) ?? null;
  }

  /** Marks the cells of one finding of a form. */
  cite(fact, { scroll = true } = {}) {
    const keys = JSON.parse(fact.dataset.keys);
    for (const each of this.root.querySelectorAll(".fact")) each.classList.toggle("chosen", each === fact);
    const wanted = new Set(keys);
    for (const each of this.read.querySelectorAll(".cell[data-key]")) each.classList.toggle("cited", wanted.has(each.dataset.key));
    for (const row of this.read.querySelectorAll(".indicators tr[data-row]")) row.classList.toggle("own", row.dataset.row === fact.dataset.row);
    this.viewer?.cite(keys);
    if (!scroll) return;
    this.scrollToCited();
    if (keys.length) this.viewer?.jump(keys.find((key) => this.viewer.marksOf(key).length) ?? keys[0]);
  }

  /** The next doubtful cell, or the one before; false where there is none further. */
  step(way) {
    const doubtful = [...this.read.querySelectorAll(".cell.doubtful[data-key]")];
    const current = this.read.querySelector(".cell.current");
    const next = way > 0
      ? doubtful.find((cell) => !current || follows(current, cell))
      : doubtful.reverse().find((cell) => current && follows(cell, current));
    if (!next) return false;
    this.choose(next.dataset.key, { from: "keys" });
    return true;
  }

  edit(cell) {
    const key = cell.dataset.key;
    editCell(cell, {
      save: (text) => this.send(this.root.dataset.correct, { field: key, text, was: cell.dataset.text }),
      withdraw: () => this.send(this.root.dataset.withdraw, { field: key }),
      done: () => this.choose(key, { from: "keys" }),
    });
  }

  /** Sends a correction and shows what came of it; what hindered it, "" where nothing did. */
  async send(url, fields) {
    const body = new FormData();
    for (const [name, text] of Object.entries({ ...fields, finding: this.root.dataset.finding })) body.append(name, text);
    const answer = await fetch(url, { method: "POST", body, headers: { "x-csrftoken": token() } }).catch(() => null);
    if (!answer) return "没有送达：请核对网络，或工作台是否仍在运行。";
    const text = await answer.text();
    if (!answer.ok) return text.startsWith("<") || text.length > 300 ? "没有做成：程序出错或没有权限。" : text;
    this.take(text);
    return "";
  }

  /** Puts the parts that changed in their places. */
  take(html) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const [left, top] = [this.read.scrollLeft, this.read.scrollTop];
    const chosen = this.root.querySelector(".fact.chosen")?.dataset.finding;
    for (const part of fresh.content.querySelectorAll("[data-part]")) {
      this.root.querySelector(`[data-part="${part.dataset.part}"]`).replaceChildren(...part.childNodes);
    }
    this.read.scrollTo(left, top);
    for (const rect of this.original?.querySelectorAll("rect[data-key]") ?? []) {
      const cell = this.cellOf(rect.dataset.key);
      if (cell) rect.classList.toggle("doubtful", cell.classList.contains("doubtful"));
    }
    const fact = chosen && this.root.querySelector(`.fact[data-finding="${chosen}"]`);
    if (fact) this.cite(fact, { scroll: false });
    const { vanished = "", appeared = "" } = this.root.querySelector("[data-vanished]")?.dataset ?? {};
    const detail = { root: this.root, vanished: numbers(vanished), appeared: numbers(appeared) };
    document.dispatchEvent(new CustomEvent("review:corrected", { detail }));
  }
}

function numbers(text) {
  return text.split(" ").filter(Boolean).map(Number);
}

function follows(first, second) {
  return Boolean(first.compareDocumentPosition(second) & Node.DOCUMENT_POSITION_FOLLOWING);
}

async function copyText(button) {
  const text = button.parentElement.querySelector("[data-copied]").textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch { // not offered over plain HTTP
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  button.textContent = "已复制";
  setTimeout(() => { button.textContent = "复制"; }, 2000);
}

/** The evidence that keys speak to: the one with the focus, else the last shown. */
function current() {
  const live = [...shown].filter((each) => each.root.isConnected);
  return live.find((each) => each.root.contains(document.activeElement)) ?? live.at(-1);
}

/** Tab is ours only where nothing else has the focus: fields, dialogs and the rest of the page keep theirs. */
function stepByTab(way) {
  const desk = current();
  const focus = document.activeElement;
  const isOurs = !focus || focus.contains(desk?.root) || focus.matches(".cell, [data-read], [data-stage]");
  return Boolean(desk && isOurs && !document.querySelector("dialog[open]") && desk.step(way));
}

bind("Tab", "下一个存疑单元格", () => stepByTab(1));
bind("Shift+Tab", "上一个存疑单元格", () => stepByTab(-1));
bind("+", "放大原件", () => current()?.viewer?.act("in"));
bind("=", "放大原件", () => current()?.viewer?.act("in"));
bind("-", "缩小原件", () => current()?.viewer?.act("out"));
bind("[", "原件上一页", () => current()?.viewer?.act("previous"));
bind("]", "原件下一页", () => current()?.viewer?.act("next"));

document.addEventListener("review:shown", (event) => showEvidence(event.detail.root));
document.addEventListener("finding:shown", (event) => showEvidence(event.detail.article));
showEvidence(document);
