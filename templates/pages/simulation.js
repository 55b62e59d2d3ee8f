"use strict";
// The page's own data: `index` says of each message where it belongs; its words lie packed with those of its day.
const data = JSON.parse(document.getElementById("index").textContent);
const words = data.words;
const [DAY, DEBTOR, NAME, CHANNEL, STEP, WHY, PARTS, COST, INVOICES, TOTAL, PLACE] = data.messages.length ? data.messages[0].keys() : [];
const PAGE = 60;
const bodies = new Map();
const list = document.getElementById("messages"), found = document.getElementById("found");
const more = document.getElementById("more"), search = document.getElementById("search");
const channel = document.getElementById("channel"), step = document.getElementById("step");
let chosen = null, hits = [], shown = 0, turn = 0;

async function bodiesOf(day) {
  if (!bodies.has(day)) {
    const packed = Uint8Array.from(atob(document.getElementById("d" + day).textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    bodies.set(day, await new Response(stream).json());
  }
  return bodies.get(day);
}

function made(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

function drawn(message, [subject, preheader, text, html]) {
  const item = made("li", "message " + message[CHANNEL]);
  const header = made("header");
  header.append(made("b", "", message[CHANNEL] === "sms" ? data.sender : data.creditor), document.createElement("br"));
  header.append(`${data.days[message[DAY]].label} → ${message[NAME]} (${message[DEBTOR]})`);
  item.append(header);
  if (subject) item.append(made("p", "subject", subject));
  if (preheader) item.append(made("p", "soft", preheader));
  const said = made("div", "said", text);
  said.tabIndex = message[CHANNEL] === "email" ? 0 : -1;
  item.append(said);
  if (html) {
    const turnOver = made("button", "plain", words.html_view);
    turnOver.type = "button";
    const frame = made("iframe");
    frame.title = subject;
    frame.setAttribute("sandbox", "");
    frame.hidden = true;
    turnOver.addEventListener("click", () => {
      frame.hidden = !frame.hidden;
      said.hidden = !frame.hidden;
      if (!frame.srcdoc) frame.srcdoc = html;
      turnOver.textContent = frame.hidden ? words.html_view : words.text_view;
    });
    item.append(turnOver, frame);
  }
  const parts = message[PARTS] ? ` · ${message[PARTS]} ${message[PARTS] === 1 ? words.part_word : words.parts_word}` : "";
  item.append(made("footer", "", `${message[WHY]} · ${message[INVOICES]} · ${message[TOTAL]}${parts} · ${message[COST]} ${data.currency}`));
  return item;
}

async function showMore() {
  const mine = turn, page = hits.slice(shown, shown + PAGE);
  shown += page.length;
  for (const message of page) {
    const day = data.days[message[DAY]].date;
    const body = (await bodiesOf(day))[message[PLACE]];
    if (mine !== turn) return;
    list.append(drawn(message, body));
  }
  more.hidden = shown >= hits.length;
}

function look() {
  turn += 1;
  const wanted = search.value.trim().toLocaleLowerCase();
  hits = data.messages.filter((one) =>
    (chosen === null || one[DAY] === chosen) && (!channel.value || one[CHANNEL] === channel.value)
    && (!step.value || String(one[STEP]) === step.value)
    && (!wanted || `${one[DEBTOR]}\n${one[NAME]}\n${one[INVOICES]}`.toLocaleLowerCase().includes(wanted)));
  list.replaceChildren();
  shown = 0;
  const where = chosen === null ? "" : ` (${data.days[chosen].label})`;
  found.textContent = hits.length ? `${words.found}: ${hits.length}${where}` : words.none_found + where;
  showMore().catch((error) => { found.textContent = words.old_browser; console.error(error); });
}

for (const button of document.querySelectorAll(".day")) {
  button.addEventListener("click", () => {
    chosen = data.days.findIndex((day) => day.date === button.dataset.day);
    for (const other of document.querySelectorAll(".day")) other.setAttribute("aria-pressed", String(other === button));
    look();
    document.getElementById("read").scrollIntoView({ behavior: "auto" });
  });
}
document.getElementById("every").addEventListener("click", () => {
  chosen = null;
  for (const other of document.querySelectorAll(".day")) other.setAttribute("aria-pressed", "false");
  look();
});
for (const field of [search, channel, step]) field.addEventListener("input", look);
more.addEventListener("click", showMore);
