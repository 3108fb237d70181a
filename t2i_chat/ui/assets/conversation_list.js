// Opens, renames, saves and deletes the conversations in the list, and searches them by words.
const field = () => document.querySelector("#search");
const sift = () => {
  const words = (field()?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of element.querySelectorAll("li"))
    row.hidden = !words.every((word) => row.dataset.words.includes(word));
};
document.addEventListener("input", (event) => event.target.id === "search" && sift());

const rename = (row) => {
  const title = row.querySelector("b");
  const box = Object.assign(document.createElement("input"), { value: title.textContent, maxLength: 80 });
  box.setAttribute("aria-label", "New name");
  box.dataset.i18nLabel = "newname";
  const done = (keep) => {
    const said = box.value.trim();
    box.remove();
    row.classList.remove("naming");
    if (keep) trigger("rename", { place: Number(row.dataset.place), title: said });
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") done(true);
    if (event.key === "Escape") done(false);
  });
  row.classList.add("naming");
  row.prepend(box);
  box.select();
};

element.addEventListener("click", (event) => {
  const what = event.target.closest("button[data-do]")?.dataset.do;
  const row = event.target.closest("li");
  if (what === "rename") rename(row);
  else if (what === "restore") trigger("restore", {});
  else if (["open", "save", "remove"].includes(what)) trigger(what, { place: Number(row.dataset.place) });
});
watch("value", () => {
  sift();
  element.querySelector("a[data-fetch]")?.click();
});
