// Goes to the version whose small picture is clicked, and keeps the current one in sight.
element.addEventListener("click", (event) => {
  const thumb = event.target.closest("button[data-version]");
  if (thumb) trigger("pick", { number: Number(thumb.dataset.version) });
});
watch("value", () => {
  const current = element.querySelector("[aria-current]");
  if (current) current.scrollIntoView({ block: "nearest", inline: "nearest" });
});
