// The original on the left: pages as pictures with boxes over their cells, and lines of text files.

const LEAST = 0.08;
const MOST = 4;
const STEP = 1.25;
const BESIDE = 0.06; // margin beside the cells, of their width: the form's own first column has none of our cells
const DRAG = 4; // pixels a pointer moves before a click becomes a drag

/** Pages and lines of one piece of evidence. `onPick` is told the key of a cell that somebody clicked. */
export class Viewer {
  constructor(root, onPick) {
    this.root = root;
    this.stage = root.querySelector("[data-stage]");
    this.panels = [...root.querySelectorAll("[data-panel]")];
    this.select = root.querySelector("[data-panels]");
    this.zoomed = root.querySelector("[data-zoom]");
    this.onPick = onPick;
    this.place = -1;
    this.zoom = null; // null: the cells as wide as the stage
    this.turns = 0;
    this.listen();
    this.show(this.firstCited());
    new ResizeObserver(() => this.zoom === null && this.layOut()).observe(this.stage);
  }

  get panel() {
    return this.panels[this.place];
  }

  get isPaper() {
    return this.panel?.dataset.panel === "paper";
  }

  firstCited() {
    const place = this.panels.findIndex((panel) => panel.dataset.own !== undefined && panel.querySelector(".cited"));
    return Math.max(place, 0);
  }

  listen() {
    this.select.addEventListener("change", () => this.show(this.select.selectedIndex));
    this.root.querySelector(".tools").addEventListener("click", (event) => {
      const action = event.target.closest("[data-do]")?.dataset.do;
      if (action) this.act(action);
    });
    this.stage.addEventListener("wheel", (event) => {
      if (!this.isPaper || event.shiftKey) return;
      event.preventDefault();
      this.zoomBy(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), event.clientX, event.clientY);
    }, { passive: false });
    this.stage.addEventListener("pointerdown", (event) => this.drag(event));
    this.stage.addEventListener("click", (event) => {
      const key = event.target.closest("rect[data-key]")?.dataset.key ?? this.keyOfLine(event.target);
      if (key && !this.dragged) this.onPick(key);
    });
  }

  keyOfLine(target) {
    return target.closest?.("li[data-keys]")?.dataset.keys.split(" ")[0];
  }

  /** What a button or a key asks for. */
  act(action) {
    const acts = {
      previous: () => this.show(this.place - 1),
      next: () => this.show(this.place + 1),
      in: () => this.zoomBy(STEP),
      out: () => this.zoomBy(1 / STEP),
      width: () => { this.zoom = null; this.layOut(); },
      whole: () => this.fitWhole(),
      turn: () => { this.turns = (this.turns + 1) % 4; this.layOut(); },
      seals: () => this.toggleSeals(),
    };
    acts[action]?.();
  }

  toggleSeals() {
    const hidden = this.root.classList.toggle("without-seals");
    this.root.querySelector("[data-do=seals]").setAttribute("aria-pressed", String(!hidden));
  }

  /** Shows a panel by its place; places beyond the ends are the ends. */
  show(place) {
    const wanted = Math.min(Math.max(place, 0), this.panels.length - 1);
    if (wanted === this.place || wanted < 0) return;
    this.place = wanted;
    this.panels.forEach((panel, each) => { panel.hidden = each !== wanted; });
    this.select.selectedIndex = wanted;
    this.root.querySelector("[data-do=previous]").disabled = wanted === 0;
    this.root.querySelector("[data-do=next]").disabled = wanted === this.panels.length - 1;
    this.root.classList.toggle("shows-text", !this.isPaper);
    if (this.isPaper) {
      load(this.panel);
      this.layOut();
    }
    const cited = this.panel.querySelector(".cited");
    if (cited) this.centre(cited);
    else this.stage.scrollTo(0, 0);
  }

  size() {
    const { width, height } = this.panel.dataset;
    return this.turns % 2 ? [Number(height), Number(width)] : [Number(width), Number(height)];
  }

  /** From where to where cells stand on an upright page, with a margin; the whole width where none do. */
  extent() {
    const whole = [0, this.size()[0]];
    const all = [...this.panel.querySelectorAll("rect[data-key]")];
    const rows = all.filter((rect) => /[[]\d/.test(rect.dataset.key)); // a line above the table may run across the page
    const rects = rows.length ? rows : all;
    if (this.turns || !rects.length) return whole;
    const left = Math.min(...rects.map((rect) => rect.x.baseVal.value));
    const right = Math.max(...rects.map((rect) => rect.x.baseVal.value + rect.width.baseVal.value));
    const margin = BESIDE * (right - left);
    return [Math.max(whole[0], left - margin), Math.min(whole[1], right + margin)];
  }

  scale() {
    const [left, right] = this.extent();
    return this.zoom ?? Math.min(MOST, Math.max(LEAST, (this.stage.clientWidth - 2) / (right - left)));
  }

  /** Sizes and turns the page as zoom and turns say. */
  layOut() {
    if (!this.isPaper) return;
    const scale = this.scale();
    const [width, height] = this.size();
    const page = this.panel.querySelector(".turned");
    const [own, tall] = [this.panel.dataset.width * scale, this.panel.dataset.height * scale];
    const shift = [[0, 0], [tall, 0], [own, tall], [0, own]][this.turns];
    this.panel.style.width = `${width * scale}px`;
    this.panel.style.height = `${height * scale}px`;
    page.style.width = `${own}px`;
    page.style.height = `${tall}px`;
    page.style.transform = `translate(${shift[0]}px, ${shift[1]}px) rotate(${this.turns * 90}deg)`;
    this.zoomed.textContent = `${Math.round(scale * 100)}%`;
    if (this.zoom === null) this.stage.scrollLeft = this.extent()[0] * scale;
  }

  fitWhole() {
    const [width, height] = this.size();
    this.zoom = Math.max(LEAST, Math.min((this.stage.clientWidth - 2) / width, (this.stage.clientHeight - 2) / height));
    this.layOut();
  }

  /** Zooms about a point of the window, which stays where it is; about the middle where none is given. */
  zoomBy(factor, x, y) {
    if (!this.isPaper) return;
    const frame = this.stage.getBoundingClientRect();
    const [atX, atY] = [(x ?? frame.left + frame.width / 2) - frame.left, (y ?? frame.top + frame.height / 2) - frame.top];
    const before = this.scale();
    const after = Math.min(MOST, Math.max(LEAST, before * factor));
    const [left, top] = [(this.stage.scrollLeft + atX) / before, (this.stage.scrollTop + atY) / before];
    this.zoom = after;
    this.layOut();
    this.stage.scrollTo(left * after - atX, top * after - atY);
  }

  drag(down) {
    this.dragged = false;
    if (down.button !== 0 || !this.isPaper || down.pointerType === "touch") return;
    const from = [this.stage.scrollLeft, this.stage.scrollTop];
    const move = (event) => {
      const [x, y] = [event.clientX - down.clientX, event.clientY - down.clientY];
      if (Math.hypot(x, y) > DRAG) this.dragged = true;
      if (!this.dragged) return;
      this.stage.classList.add("dragging");
      this.stage.scrollTo(from[0] - x, from[1] - y);
    };
    const up = () => {
      window.removeEventListener("pointermove", move);
      this.stage.classList.remove("dragging");
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up, { once: true });
  }

  marksOf(key) {
    const wanted = CSS.escape(key);
    return [...this.root.querySelectorAll(`rect[data-key="${wanted}"], li[data-keys~="${wanted}"]`)];
  }

  /** Shows the page and the place of a cell; false where it stands on none. */
  jump(key) {
    const marks = this.marksOf(key);
    const mark = marks.find((each) => this.panel.contains(each)) ?? marks[0];
    if (!mark) return false;
    this.show(this.panels.findIndex((panel) => panel.contains(mark)));
    this.centre(mark);
    return true;
  }

  /** Scrolls the stage, and nothing else, until a mark is in its middle. */
  centre(mark) {
    const [frame, box] = [this.stage.getBoundingClientRect(), mark.getBoundingClientRect()];
    const isSeen = box.left >= frame.left && box.right <= frame.right;
    this.stage.scrollBy(
      isSeen ? 0 : box.left + box.width / 2 - frame.left - frame.width / 2,
      box.top + box.height / 2 - frame.top - frame.height / 2,
    );
  }

  /** Marks the cell somebody looks at. */
  mark(key) {
    for (const each of this.root.querySelectorAll("rect.current, li.current")) each.classList.remove("current");
    for (const each of this.marksOf(key)) each.classList.add("current");
  }

  /** Marks the cells of a finding. */
  cite(keys) {
    const wanted = new Set(keys);
    for (const rect of this.root.querySelectorAll("rect[data-key]")) rect.classList.toggle("cited", wanted.has(rect.dataset.key));
    for (const line of this.root.querySelectorAll("li[data-keys]")) {
      line.classList.toggle("cited", line.dataset.keys.split(" ").some((key) => wanted.has(key)));
    }
  }
}

/** Fetches the picture of a page once; what hinders it is told in its place. */
function load(panel) {
  const image = panel.querySelector("img");
  const state = panel.querySelector("[data-state]");
  if (image.getAttribute("src")) return;
  image.addEventListener("load", () => { state.hidden = true; });
  image.addEventListener("error", async () => {
    state.textContent = "本页图像没有取到：请核对网络，或刷新本页。";
    const answer = await fetch(panel.dataset.picture).catch(() => null);
    if (answer?.status === 404 && answer.headers.get("content-type")?.startsWith("text/plain")) state.textContent = await answer.text();
  });
  image.src = panel.dataset.picture;
}
