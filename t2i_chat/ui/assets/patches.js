// Draws the pieces of HTML that the server sends, and keeps those it does not send again: the other
// end of `patches.py`. A piece is its key, the key of the piece around it or the name of a place on
// the page, and its HTML.
globalThis.patches = (() => {
  const MOST = 32; // lists to start from: an answer may take long, and others come meanwhile
  const lists = new Map(); // by revision
  const places = new Map(); // elements of the page, by name
  const drawn = new Map(); // the HTML, the elements and the place of each piece that is shown, by key
  let shown = "";

  const remember = (revision, list) => {
    lists.delete(revision);
    lists.set(revision, list);
    if (lists.size > MOST) lists.delete(lists.keys().next().value);
  };
  const patched = (before, ops) => ops.flatMap((op) => (typeof op[0] === "number" ? before.slice(...op) : [op]));

  // Brings an element to what it is to be, and leaves alone what is so already: pictures that are
  // loaded, the focus, and drawers a person has opened. Returns the element that stands there now.
  const brought = (old, made) => {
    if (old.nodeName !== made.nodeName) {
      old.replaceWith(made);
      return made;
    }
    if (!old.attributes) {
      if (old.data !== made.data) old.data = made.data;
      return old;
    }
    for (const name of old.getAttributeNames()) if (name !== "open" && !made.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of made.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    const before = [...old.childNodes], after = [...made.childNodes];
    for (const [i, child] of after.entries()) {
      if (before[i]) brought(before[i], child);
      else old.append(child);
    }
    for (const child of before.slice(after.length)) child.remove();
    return old;
  };

  const elements = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    return [...template.content.children];
  };
  // The elements of a piece, made or brought to what they are to be.
  const made = (key, html, place) => {
    const old = drawn.get(key);
    if (old?.html === html) return old.nodes;
    const wanted = elements(html);
    const alike = old?.nodes.length === wanted.length;
    const nodes = alike ? wanted.map((one, i) => brought(old.nodes[i], one)) : wanted;
    for (const node of old?.nodes ?? []) if (!nodes.includes(node)) node.remove();
    drawn.set(key, { html, nodes, place });
    return nodes;
  };

  const remove = (list) => {
    const keys = new Set(list.map(([key]) => key));
    const gone = [...drawn].filter(([key]) => !keys.has(key));
    for (const [key, { nodes }] of gone) {
      for (const node of nodes) node.remove();
      drawn.delete(key);
    }
    return gone.map(([, { place }]) => place);
  };
  const draw = () => {
    const list = lists.get(shown) ?? [];
    const touched = new Set(remove(list));
    const last = new Map(); // the element drawn last, inside each one
    for (const [key, parent, html] of list) {
      const around = drawn.get(parent), place = around?.place ?? parent;
      if (drawn.get(key)?.html !== html) touched.add(place);
      const nodes = made(key, html, place), inside = around?.nodes[0] ?? places.get(parent);
      for (const node of inside ? nodes : []) {
        const next = last.has(inside) ? last.get(inside).nextSibling : inside.firstChild;
        if (node !== next) {
          inside.insertBefore(node, next);
          touched.add(place);
        }
        last.set(inside, node);
      }
    }
    for (const name of touched) places.get(name)?.dispatchEvent(new Event("patched"));
  };

  // Draws a patch; returns whether the list it starts from is known.
  const apply = ({ base, rev, ops }) => {
    if (base && !lists.has(base)) return false;
    remember(rev, patched(base ? lists.get(base) : [], ops));
    if (rev !== shown) {
      shown = rev;
      draw();
    }
    return true;
  };
  return {
    // From now on the pieces of the place `name` are drawn into an element; it hears "patched".
    mount: (name, element) => {
      places.set(name, element);
      draw();
    },
    // Draws the patch a component was sent, and leaves the revision in its place, for the server to
    // know; asks for all where that cannot be done.
    take: (props, ask) => {
      if (!props.value?.ops) return;
      const known = apply(props.value);
      props.value = { rev: known ? shown : "" };
      if (!known) ask();
    },
    apply,
  };
})();
