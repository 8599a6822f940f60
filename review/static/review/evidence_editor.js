// One cell corrected in place: what stands there, other readings to choose from, Enter to keep, Escape to leave.

const MARGIN = 8; // pixels between the editor and the edge of the window

/**
 * Opens the editor over a cell.
 * @param {HTMLElement} cell
 * @param {{save: (text: string) => Promise<string>, withdraw: () => Promise<string>, done: () => void}} acts
 *   save and withdraw give what hindered them, "" where nothing did; done is called when the editor is gone
 */
export function editCell(cell, acts) {
  document.querySelector("form.cell-editor")?.remove();
  const form = build(cell);
  cell.closest("[data-evidence]").append(form);
  const field = form.querySelector("textarea");
  const close = () => {
    window.removeEventListener("resize", close);
    form.remove();
    acts.done();
  };
  const run = async (act) => {
    form.classList.add("busy");
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    const trouble = await act();
    if (!trouble) return close();
    form.classList.remove("busy");
    for (const button of form.querySelectorAll("button")) button.disabled = false;
    form.querySelector("[role=alert]").textContent = trouble;
    field.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(() => acts.save(field.value));
  });
  form.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") close();
    if (event.key === "Enter" && event.target === field && !event.shiftKey) {
      event.preventDefault();
      if (!form.classList.contains("busy")) form.requestSubmit();
    }
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[type=button]");
    if (!button) return;
    if (button.dataset.take !== undefined) {
      field.value = button.dataset.take;
      field.focus();
    } else if (button.dataset.edit === "withdraw") run(acts.withdraw);
    else close();
  });
  window.addEventListener("resize", close);
  position(form, cell);
  field.focus();
  field.select();
}

function build(cell) {
  const form = document.createElement("form");
  form.className = "cell-editor";
  form.setAttribute("aria-label", `更正 ${cell.dataset.words}`);
  const label = document.createElement("label");
  label.textContent = `更正 ${cell.dataset.words}`;
  const field = document.createElement("textarea");
  field.value = cell.dataset.text;
  field.rows = Math.min(6, 1 + Math.floor(cell.dataset.text.length / 24));
  field.maxLength = 5000;
  field.spellcheck = false;
  label.append(field);
  const trouble = document.createElement("p");
  trouble.className = "errorlist";
  trouble.setAttribute("role", "alert");
  form.append(label, readings(cell), trouble, buttons(cell));
  return form;
}

/** The machine's reading and its other readings, to be taken over with a click. */
function readings(cell) {
  const line = document.createElement("p");
  line.className = "readings";
  const others = Object.keys(cell.dataset).filter((name) => name.startsWith("other")).map((name) => cell.dataset[name]);
  line.append(`机器识读：${cell.dataset.raw || "（空）"}`);
  for (const text of new Set(cell.dataset.amended === undefined ? others : [cell.dataset.raw, ...others])) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.take = text;
    button.textContent = text || "（空）";
    line.append(" ", button);
  }
  return line;
}

function buttons(cell) {
  const line = document.createElement("p");
  line.className = "acts";
  const keep = document.createElement("button");
  keep.className = "primary";
  keep.textContent = "保存 Enter";
  const leave = document.createElement("button");
  leave.type = "button";
  leave.textContent = "取消 Esc";
  line.append(keep, " ", leave);
  if (cell.dataset.amended !== undefined) {
    const withdraw = document.createElement("button");
    withdraw.type = "button";
    withdraw.dataset.edit = "withdraw";
    withdraw.textContent = "撤回更正";
    line.append(" ", withdraw);
  }
  return line;
}

/** Over the cell, and wholly within the window. */
function position(form, cell) {
  const box = cell.getBoundingClientRect();
  const width = Math.min(Math.max(box.width, 300), window.innerWidth - 2 * MARGIN);
  form.style.width = `${width}px`;
  form.style.left = `${Math.max(MARGIN, Math.min(box.left, window.innerWidth - width - MARGIN))}px`;
  form.style.top = `${Math.max(MARGIN, Math.min(box.top, window.innerHeight - form.offsetHeight - MARGIN))}px`;
}
