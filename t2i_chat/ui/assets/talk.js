// Sends the sentence of a clicked chip, opens an earlier conversation, and keeps the newest line in sight
// unless the person has scrolled up to look at something older.
const chat = element.closest("#chat");
const page = element.closest("#page");
let following = true;
let before = 0;

element.addEventListener("click", (event) => {
  const chip = event.target.closest("button[data-say]");
  if (chip) trigger("choose", { words: chip.dataset.say });
  const earlier = event.target.closest("button[data-earlier]");
  if (earlier) trigger("reopen", { place: Number(earlier.dataset.earlier) });
});
page.addEventListener("click", (event) => {
  if (event.target.closest("#box button, #side button, #talk button")) following = true;
});
page.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.closest("#box")) following = true;
});
chat.addEventListener("scroll", () => {
  const atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 40;
  if (atEnd) following = true;
  else if (chat.scrollTop < before - 2) following = false;
  before = chat.scrollTop;
});
const follow = () => {
  const talked = chat.querySelector("article");
  if (following) chat.scrollTop = talked ? chat.scrollHeight : 0;
};
const changed = new ResizeObserver(follow);
for (const part of [chat, ...chat.children]) changed.observe(part);
chat.tabIndex = 0;
