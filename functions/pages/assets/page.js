// Everything here is a convenience: without it the pages work the same.

for (const button of document.querySelectorAll('button[data-copy]')) {
  const target = document.getElementById(button.dataset.copy);
  const label = button.querySelector('[data-copy-text]');
  const status = document.querySelector(`[data-copy-status="${button.dataset.copy}"]`);
  const before = label.textContent;
  let timer;

  const say = (word, sentence) => {
    label.textContent = word;
    status.textContent = sentence;
    clearTimeout(timer);
    timer = setTimeout(() => {
      label.textContent = before;
      status.textContent = '';
    }, 4000);
  };

  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(target.value ?? target.textContent);
      say('Copied', 'Copied to the clipboard.');
    } catch {
      // No permission: leave it selected, so that one key press copies it.
      if (target.select) target.select();
      else getSelection().selectAllChildren(target);
      say('Selected', 'Selected. Press Control or Command and C to copy.');
    }
  });
  if (navigator.clipboard) button.hidden = false;
}

const local = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
});
for (const element of document.querySelectorAll('time[datetime]')) {
  element.title = element.textContent;
  element.textContent = local.format(new Date(element.dateTime));
}

document.querySelector('[data-focus]')?.focus();
