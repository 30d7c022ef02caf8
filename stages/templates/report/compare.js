// Two implementations of a task side by side; which ones stands in the address.
'use strict';
(() => {
  const sides = ['left', 'right'].map((name) => document.getElementById(name));
  const state = new URLSearchParams(location.hash.slice(1));
  const show = (select) => {
    const frame = select.parentElement.querySelector('iframe');
    const language = document.documentElement.lang === 'en' ? 'en' : 'zh';
    const wanted = `../examples/${select.value}.html?only=code&lang=${language}`;
    frame.title = `${select.labels[0].innerText}: ${select.selectedOptions[0].text}`;
    frame.contentWindow.location.replace(new URL(wanted, location.href));
  };
  for (const select of sides) {
    const known = [...select.options].map((option) => option.value);
    if (known.includes(state.get(select.id))) select.value = state.get(select.id);
  }
  if (state.has('left') && sides[0].value === sides[1].value) sides[1].selectedIndex = sides[0].selectedIndex ? 0 : 1;
  for (const select of sides) {
    select.addEventListener('change', () => {
      history.replaceState(null, '', `#left=${sides[0].value}&right=${sides[1].value}`);
      show(select);
    });
    show(select);
  }
  if (state.has('left')) document.getElementById('compare').scrollIntoView();
})();
