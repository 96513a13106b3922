// While the desk types, what is understood so far stands beside the form. What was chosen there stays chosen.

const form = document.getElementById('new-ticket');
const panel = document.getElementById('understood');
const PAUSE = 350;
let timer;
let running;

const chosen = () => [...panel.querySelectorAll('input:checked, select')].map((e) => [e.name, e.value, e.tagName]);

const touched = new Set();
panel.addEventListener('change', (event) => touched.add(event.target.name));

/** Puts back what a person chose; what was only proposed follows the text. */
function again(before) {
  for (const [name, value, tag] of before) {
    if (!touched.has(name)) continue;
    if (tag === 'SELECT') {
      const select = panel.querySelector(`select[name="${name}"]`);
      if (select && !select.multiple) select.value = value;
      continue;
    }
    for (const input of panel.querySelectorAll(`input[name="${name}"]`)) if (input.value === value) input.checked = true;
  }
}

async function look() {
  const content = form.elements.content.value.trim();
  if (content.length < 4) return;
  running?.abort();
  running = new AbortController();
  const data = new URLSearchParams();
  for (const name of ['csrf', 'channel', 'received', 'content', 'address', 'phone']) data.set(name, form.elements[name].value);
  try {
    const answer = await fetch('/office/tickets/understand', { method: 'POST', body: data, signal: running.signal });
    if (!answer.ok) return;
    const before = chosen();
    const focused = panel.contains(document.activeElement) ? document.activeElement : null;
    if (focused) return;
    panel.innerHTML = await answer.text();
    again(before);
  } catch (error) {
    if (error.name !== 'AbortError') throw error;
  }
}

for (const name of ['content', 'address', 'phone']) {
  form.elements[name].addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
}
form.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.querySelector('.btn-p').click();
  }
});
