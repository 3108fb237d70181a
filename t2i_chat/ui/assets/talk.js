// Draws the conversation, sends the sentence of a clicked chip, does what a picture's buttons stand for, opens an earlier
// conversation, and keeps the newest line in sight unless the person has scrolled up.
const chat = element.closest("#chat");
const page = element.closest("#page");
let following = true;
let before = 0;
let byKeyboard = false;
const panels = ["compare", "watch", "where", "part", "link"]; // what a button opens over the chat
const nowhere = { across: -1, down: -1 };

element.addEventListener("click", (event) => {
  if (page.querySelector("#box textarea")?.disabled) return; // the page has not been answered yet
  const { say, edit, again, deed, version, copy, earlier, first, jpeg, name, knob } = event.target.closest("button")?.dataset ?? {};
  if (say) trigger("choose", { words: say });
  if (edit ?? again) write(edit ?? again);
  if (again) page.querySelector("#box .stop-button")?.click();
  if (deed === "mark") trigger("mark", { version: Number(version), ...nowhere });
  else if (["star", "name", "delete"].includes(deed)) trigger(deed, { version: Number(version) });
  else if (deed === "strip") trigger("strip", { version: Number(version), knob });
  else if (panels.includes(deed)) trigger(deed, { version: Number(version) });
  else if (deed) trigger("deed", { deed, version: Number(version) });
  if (jpeg) save(jpeg, name);
  if (copy) keep(event.target.closest("button"), copy);
  if (first) trigger("first", { place: Number(first) });
  if (earlier) trigger("reopen", { place: Number(earlier) });
  byKeyboard = deed && ![...panels, "strip", "mark", "name", "delete"].includes(deed) && event.detail === 0;
});

// A touch of the current picture marks what is there.
element.addEventListener("click", (event) => {
  const picture = event.target.closest("figure > img");
  const mark = picture?.parentElement.querySelector("[data-deed=mark]");
  if (!mark || page.querySelector("#now .working")) return;
  const at = { across: event.offsetX / picture.clientWidth, down: event.offsetY / picture.clientHeight };
  trigger("mark", { version: Number(mark.dataset.version), ...at });
});

// What is seldom wanted is put away by Escape, or by a press anywhere else.
document.addEventListener("click", (event) => {
  for (const open of element.querySelectorAll(".rare[open]")) open.open = open.contains(event.target) && !event.target.closest("button");
});
element.addEventListener("keydown", (event) => {
  const open = event.target.closest(".rare[open]");
  if (event.key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

// Puts words into the box, to be changed and sent.
const write = (words) => {
  const field = page.querySelector("#box textarea");
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
};

// Saves a picture's pixels as a JPEG and nothing that the file says about them.
const save = async (address, name) => {
  const picture = await createImageBitmap(await (await fetch(address)).blob());
  const drawn = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
  drawn.getContext("2d").drawImage(picture, 0, 0);
  const file = await new Promise((done) => drawn.toBlob(done, "image/jpeg", 0.92));
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};

// The clipboard is closed to pages that came without encryption, so there is the old way as well.
const keep = async (button, text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    button.focus();
  }
  const told = Object.assign(document.createElement("span"), { textContent: "Copied" });
  told.setAttribute("role", "status");
  told.dataset.i18n = "copied";
  button.after(told);
  setTimeout(() => told.remove(), 2000);
};

// Whoever pressed a picture's button with a key finds the same row under the next picture.
document.addEventListener("focusin", (event) => {
  if (!element.contains(event.target)) byKeyboard = false;
});
element.addEventListener("patched", () => {
  const newest = [...element.querySelectorAll(".deeds")].at(-1);
  if (byKeyboard && !newest?.contains(document.activeElement)) newest?.firstElementChild.focus();
});

// To press something may have scrolled there, which is told later and means nothing.
const follows = () => {
  following = true;
  before = chat.scrollTop;
};
page.addEventListener("click", (event) => {
  const shared = event.target.closest("button[data-link]");
  if (shared) keep(shared, new URL(shared.dataset.link, document.baseURI).href);
  if (event.target.closest("#box button, #side button, #talk button:not([data-copy], [data-edit], [data-jpeg])")) follows();
});
page.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.closest("#box")) follows();
});
chat.addEventListener("scroll", () => {
  const atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 40;
  if (atEnd) following = true;
  else if (chat.scrollTop < before - 2) following = false;
  before = chat.scrollTop;
});

// The newest picture is seen whole, with its words if they fit, and else from its top on.
const seen = () => {
  const newest = [...chat.querySelectorAll("article")].at(-1);
  if (!newest) return 0;
  const pictures = [...newest.querySelectorAll(".pictures")].at(-1);
  const place = (part) => part.getBoundingClientRect().top - chat.getBoundingClientRect().top + chat.scrollTop;
  const end = chat.scrollHeight - chat.clientHeight;
  if (!pictures) return end;
  const told = [...pictures.querySelectorAll("figcaption")].at(-1);
  const fits = place(told) + told.offsetHeight - place(newest) <= chat.clientHeight;
  return Math.min(end, place(fits ? newest : pictures));
};
const follow = () => {
  if (following) chat.scrollTop = seen();
  before = chat.scrollTop;
};
chat.addEventListener("toggle", ({ target }) => {
  if (target.open) following = false; // they look at what they opened
}, true);
const changed = new ResizeObserver(follow);
for (const part of [chat, ...chat.children]) changed.observe(part);
chat.tabIndex = 0;

const drawn = () => patches.take(props, () => trigger("resync", {}));
patches.mount("talk", element);
drawn();
watch("value", drawn);
