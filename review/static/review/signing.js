// Ticks of a page counted, and all of them at once.

const all = document.querySelector("#all");
const ticks = [...document.querySelectorAll("input[name=finding]:not([disabled])")];
const told = document.querySelector("#ticked");

function count() {
  if (told) told.textContent = String(ticks.filter((tick) => tick.checked).length);
}

all?.addEventListener("change", () => {
  for (const tick of ticks) tick.checked = all.checked;
  count();
});
for (const tick of ticks) tick.addEventListener("change", count);
count();
