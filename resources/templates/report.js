"use strict";
(() => {
  const $ = (query, root = document) => root.querySelector(query);
  const $$ = (query, root = document) => [...root.querySelectorAll(query)];

  // Theme: the system's, until the reader says otherwise.
  const themeButton = $("#theme");
  themeButton.addEventListener("click", () => {
    const dark = document.documentElement.dataset.theme
      ? document.documentElement.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.theme = dark ? "light" : "dark";
  });

  // Pixels and differences.
  const pixels = new WeakMap();
  function read(image) {
    if (!pixels.has(image)) {
      const canvas = document.createElement("canvas");
      canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(image, 0, 0);
      pixels.set(image, context.getImageData(0, 0, canvas.width, canvas.height));
    }
    return pixels.get(image);
  }
  // Black, violet, orange, pale yellow: ordered in lightness, so it also reads in grey.
  const stops = [[0, 0, 0], [66, 10, 104], [147, 38, 103], [221, 81, 58], [252, 165, 10], [252, 255, 164]];
  const heat = Array.from({ length: 256 }, (_, at) => {
    const place = at / 255 * (stops.length - 1), low = Math.min(Math.floor(place), stops.length - 2), part = place - low;
    return stops[low].map((value, channel) => value + (stops[low + 1][channel] - value) * part);
  });
  function drawDifference(canvas, first, second, gain, kind) {
    const a = read(first), b = read(second);
    if (a.width !== b.width || a.height !== b.height) return false;
    canvas.width = a.width; canvas.height = a.height;
    const context = canvas.getContext("2d"), out = context.createImageData(a.width, a.height);
    for (let at = 0; at < a.data.length; at += 4) {
      const red = b.data[at] - a.data[at], green = b.data[at + 1] - a.data[at + 1], blue = b.data[at + 2] - a.data[at + 2];
      if (kind === "signed") {
        out.data[at] = 128 + red * gain / 2; out.data[at + 1] = 128 + green * gain / 2; out.data[at + 2] = 128 + blue * gain / 2;
      } else if (kind === "heat") {
        const size = Math.min(255, Math.round(Math.max(Math.abs(red), Math.abs(green), Math.abs(blue)) * gain));
        const colour = heat[size];
        out.data[at] = colour[0]; out.data[at + 1] = colour[1]; out.data[at + 2] = colour[2];
      } else {
        out.data[at] = Math.abs(red) * gain; out.data[at + 1] = Math.abs(green) * gain; out.data[at + 2] = Math.abs(blue) * gain;
      }
      out.data[at + 3] = 255;
    }
    context.putImageData(out, 0, 0);
    return true;
  }

  const cards = $$(".pair");
  const images = card => [$("img.reference", card), $("img.candidate", card)];
  async function fillCard(card) {
    const [first, second] = images(card);
    await Promise.all([first.decode(), second.decode()]).catch(() => {});
    if (first.naturalWidth < 200) $$("img, canvas", card).forEach(element => element.classList.add("small"));
    drawDifference($("canvas", card), first, second, 8, "heat");
  }
  const filled = new WeakSet();
  async function fillOnce(card) { if (!filled.has(card)) { filled.add(card); await fillCard(card); } }
  const seen = new IntersectionObserver(entries => entries.forEach(entry => { if (entry.isIntersecting) fillOnce(entry.target); }), { rootMargin: "600px" });
  cards.forEach(card => seen.observe(card));
  // The rest in the background, so that printing and quick scrolling find them ready.
  (async () => { for (const card of cards) { await fillOnce(card); await new Promise(resolve => setTimeout(resolve)); } })();

  // Filter and order of the gallery.
  const list = $(".pairs"), order = $("#order"), useCase = $("#use-case"), target = $("#target"), shownCount = $("#shown");
  let shown = cards;
  function arrange() {
    if (!list) return;
    const by = order.value;
    shown = cards.filter(card => (!useCase.value || card.dataset.useCase === useCase.value) && (!target.value || card.dataset.target === target.value));
    if (by !== "run") {
      const [name, sign] = [by.slice(1), by[0] === "+" ? 1 : -1];
      const value = card => { const text = card.dataset[name]; return text === undefined || text === "" ? Infinity : sign * Number(text); };
      shown = [...shown].sort((one, other) => value(one) - value(other));
    }
    cards.forEach(card => { card.hidden = !shown.includes(card); card.style.display = card.hidden ? "none" : ""; });
    shown.forEach(card => list.append(card));
    shownCount.textContent = `${shown.length} of ${cards.length} pairs`;
  }
  [order, useCase, target].forEach(element => element && element.addEventListener("change", arrange));
  arrange();

  // The viewer.
  const dialog = $("dialog");
  if (!dialog || !cards.length) return;
  const stage = $(".stage", dialog), gain = $("#gain"), kind = $("#kind"), readout = $(".px", dialog);
  const view = { at: 0, mode: "side", scale: 1, x: 0, y: 0, split: 0.5, flipped: false };
  let card, first, second, layers = [];

  function layer(source, pane, tag, right) {
    const element = source.cloneNode(); element.removeAttribute("class"); element.alt = "";
    pane.append(element); layers.push(element);
    const label = document.createElement("span");
    label.className = right ? "tag right" : "tag"; label.textContent = tag; pane.append(label);
    return element;
  }
  function newPane() { const pane = document.createElement("div"); pane.className = "pane"; stage.append(pane); return pane; }
  function differencePane() {
    const pane = newPane(), canvas = document.createElement("canvas");
    const fits = drawDifference(canvas, first, second, Number(gain.value), kind.value);
    layer(canvas, pane, fits ? `Difference ×${gain.value}` : "No difference: the sizes differ");
    const copy = layers[layers.length - 1];
    copy.width = canvas.width; copy.height = canvas.height;
    copy.getContext("2d").drawImage(canvas, 0, 0);
  }
  function render() {
    stage.replaceChildren(); layers = [];
    // The input stands beside the results where it has their size, since all panes zoom as one.
    const source = $("img.source", card);
    const given = source && source.naturalWidth === first.naturalWidth && source.naturalHeight === first.naturalHeight;
    const panes = { side: given ? 4 : 3, split: 1, flip: 1, difference: 1 }[view.mode];
    const wide = stage.clientWidth > stage.clientHeight;
    stage.style.gridTemplate = wide ? `100% / repeat(${panes}, 1fr)` : `repeat(${panes}, 1fr) / 100%`;
    if (view.mode === "side") {
      if (given) layer(source, newPane(), "input");
      layer(first, newPane(), "FP32"); layer(second, newPane(), card.dataset.device); differencePane();
    } else if (view.mode === "split") {
      const pane = newPane();
      const below = layer(second, pane, card.dataset.device, true); below.dataset.side = "right";
      const above = layer(first, pane, "FP32"); above.dataset.side = "left";
      const handle = document.createElement("div");
      handle.className = "split"; handle.tabIndex = 0; handle.setAttribute("role", "slider");
      handle.setAttribute("aria-label", "Split between FP32 and device"); handle.setAttribute("aria-valuemin", "0"); handle.setAttribute("aria-valuemax", "100");
      handle.addEventListener("pointerdown", event => { event.stopPropagation(); handle.setPointerCapture(event.pointerId); });
      handle.addEventListener("pointermove", event => { if (handle.hasPointerCapture(event.pointerId)) moveSplit((event.clientX - stage.getBoundingClientRect().left) / stage.clientWidth); });
      handle.addEventListener("keydown", event => {
        const step = { ArrowLeft: -0.02, ArrowRight: 0.02, Home: -1, End: 1 }[event.key];
        if (step) { event.preventDefault(); event.stopPropagation(); moveSplit(view.split + step); }
      });
      pane.append(handle);
    } else if (view.mode === "flip") {
      layer(view.flipped ? second : first, newPane(), view.flipped ? card.dataset.device : "FP32");
    } else differencePane();
    $$("[data-mode]", dialog).forEach(button => button.setAttribute("aria-pressed", button.dataset.mode === view.mode));
    place();
  }
  function moveSplit(part) { view.split = Math.min(1, Math.max(0, part)); place(); }
  function place() {
    for (const element of layers) {
      element.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
      element.style.imageRendering = view.scale >= 1.5 ? "pixelated" : "auto";
    }
    const handle = $(".split", stage);
    if (handle) {
      const edge = view.split * stage.clientWidth, above = $("img[data-side=left]", stage);
      handle.style.left = `${edge}px`; handle.setAttribute("aria-valuenow", Math.round(100 * view.split));
      const cut = Math.min(first.naturalWidth, Math.max(0, (edge - view.x) / view.scale));
      above.style.clipPath = `inset(0 ${first.naturalWidth - cut}px 0 0)`;
    }
    $("#zoom").textContent = `${Math.round(100 * view.scale)} %`;
  }
  function paneSize() { const pane = $(".pane", stage); return [pane.clientWidth, pane.clientHeight]; }
  function fit() {
    const [width, height] = paneSize();
    view.scale = Math.min(width / first.naturalWidth, height / first.naturalHeight) * 0.96;
    centre();
  }
  function centre() {
    const [width, height] = paneSize();
    view.x = (width - first.naturalWidth * view.scale) / 2; view.y = (height - first.naturalHeight * view.scale) / 2;
    place();
  }
  function zoom(factor, x, y) {
    const [width, height] = paneSize(), next = Math.min(64, Math.max(0.05, view.scale * factor));
    x ??= width / 2; y ??= height / 2;
    view.x = x - (x - view.x) * next / view.scale; view.y = y - (y - view.y) * next / view.scale;
    view.scale = next; place();
  }
  function show(at, keep) {
    view.at = (at + shown.length) % shown.length; card = shown[view.at];
    const sizeBefore = first && `${first.naturalWidth}x${first.naturalHeight}`;
    [first, second] = images(card); view.flipped = false;
    $(".grow b", dialog).textContent = card.dataset.input;
    $(".grow span", dialog).textContent = $(".prompt", card)?.textContent.trim() || "";
    $(".numbers", dialog).innerHTML = $(".metrics", card).innerHTML;
    $(".place", dialog).textContent = `${view.at + 1} / ${shown.length}`;
    render();
    if (!keep || sizeBefore !== `${first.naturalWidth}x${first.naturalHeight}`) fit();
  }
  cards.forEach(element => $(".open", element).addEventListener("click", () => { dialog.showModal(); first = undefined; show(shown.indexOf(element)); }));
  function setMode(mode) {
    const multi = (view.mode === "side") !== (mode === "side");
    view.mode = mode; render(); if (multi) fit();
  }
  $$("[data-mode]", dialog).forEach(button => button.addEventListener("click", () => setMode(button.dataset.mode)));
  const actions = { fit, actual: () => { view.scale = 1; centre(); }, in: () => zoom(1.5), out: () => zoom(1 / 1.5), next: () => show(view.at + 1, true), previous: () => show(view.at - 1, true), close: () => dialog.close() };
  $$("[data-do]", dialog).forEach(button => button.addEventListener("click", () => actions[button.dataset.do]()));
  [gain, kind].forEach(element => element.addEventListener("input", render));
  stage.addEventListener("wheel", event => {
    event.preventDefault();
    const box = event.target.closest(".pane").getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 400), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  let held = null;
  stage.addEventListener("pointerdown", event => { held = [event.clientX - view.x, event.clientY - view.y]; stage.setPointerCapture(event.pointerId); stage.classList.add("panning"); });
  stage.addEventListener("pointerup", () => { held = null; stage.classList.remove("panning"); });
  stage.addEventListener("pointercancel", () => { held = null; stage.classList.remove("panning"); });
  stage.addEventListener("pointermove", event => {
    if (held) { view.x = event.clientX - held[0]; view.y = event.clientY - held[1]; place(); return; }
    const pane = event.target.closest(".pane"); if (!pane) return;
    const box = pane.getBoundingClientRect();
    const x = Math.floor((event.clientX - box.left - view.x) / view.scale), y = Math.floor((event.clientY - box.top - view.y) / view.scale);
    const a = read(first), b = read(second);
    if (x < 0 || y < 0 || x >= a.width || y >= a.height || x >= b.width || y >= b.height) { readout.textContent = ""; return; }
    const one = [...a.data.slice(4 * (y * a.width + x), 4 * (y * a.width + x) + 3)], other = [...b.data.slice(4 * (y * b.width + x), 4 * (y * b.width + x) + 3)];
    const signed = one.map((value, at) => { const change = other[at] - value; return (change > 0 ? "+" : "") + change; });
    readout.textContent = `x ${x}, y ${y}   FP32 ${one.join(" ")}   device ${other.join(" ")}   change ${signed.join(" ")}`;
  });
  dialog.addEventListener("keydown", event => {
    if (event.target.matches("select, input")) return;
    const keys = { ArrowRight: actions.next, ArrowLeft: actions.previous, "+": actions.in, "=": actions.in, "-": actions.out, f: fit, "1": actions.actual, s: () => setMode("side"), w: () => setMode("split"), b: () => setMode("flip"), d: () => setMode("difference") };
    if (event.key === " ") {
      event.preventDefault();
      if (view.mode !== "flip") setMode("flip");
      view.flipped = !view.flipped; render();
    } else if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });
  addEventListener("resize", () => { if (dialog.open) { render(); fit(); } });
  if (location.hash.startsWith("#view")) { dialog.showModal(); Promise.all(images(shown[0]).map(image => image.decode())).then(() => { show(0); const mode = location.hash.slice(6); if (mode) setMode(mode); }); }
})();
