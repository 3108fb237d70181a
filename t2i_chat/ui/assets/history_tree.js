// Goes to the version whose small picture is clicked, keeps the current one in sight, walks from one
// to the next by the arrow keys, and hides those that do not hold the words looked for.
const thumbs = () => [...element.querySelectorAll("li:not([hidden]) button")];
const sift = () => {
  const words = (document.querySelector("#sift")?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  for (const version of element.querySelectorAll("li"))
    version.hidden = !words.every((word) => version.dataset.words.includes(word));
};
document.addEventListener("input", (event) => event.target.id === "sift" && sift());

element.addEventListener("click", (event) => {
  const thumb = event.target.closest("button[data-version]");
  if (thumb) trigger("pick", { number: Number(thumb.dataset.version) });
});
element.addEventListener("keydown", (event) => {
  const all = thumbs(), place = all.indexOf(event.target.closest("button"));
  const forward = document.documentElement.dir === "rtl" ? -1 : 1;
  const steps = { ArrowRight: forward, ArrowLeft: -forward, ArrowDown: 1, ArrowUp: -1, Home: -place, End: all.length - 1 - place };
  if (place < 0 || !(event.key in steps)) return;
  event.preventDefault();
  all[Math.min(Math.max(place + steps[event.key], 0), all.length - 1)].focus();
});
element.addEventListener("patched", () => {
  sift();
  const current = element.querySelector("[aria-current]");
  if (current) current.scrollIntoView({ block: "nearest", inline: "nearest" });
});
patches.mount("shelf", element);
