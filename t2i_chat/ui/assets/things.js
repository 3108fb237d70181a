// Marks the thing whose name is pressed, or takes its mark away again.
element.addEventListener("click", (event) => {
  const { thing } = event.target.closest("button")?.dataset ?? {};
  if (thing) trigger("select", { thing });
});
