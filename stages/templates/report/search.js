// Search and facets over all examples. Data, as site.py writes it: facets {name, every, values: [[value, en, zh]]},
// tasks [id, name, title, title in Chinese, excerpt, excerpt in Chinese, topics],
// rows [task, implementation, its name, [indexes of values for each facet], lines, tests].
'use strict';
(() => {
  const { facets, tasks, rows } = window.proven;
  const CHUNK = 20;
  const $ = (id) => document.getElementById(id);
  const plain = (text) => text.normalize('NFKC').toLowerCase();
  const query = $('query');
  const list = $('list');
  const boxes = facets.map((facet) => [...document.querySelectorAll(`[data-facet="${facet.name}"] input`)]);
  const counters = boxes.map((group) => group.map((box) => box.closest('label').querySelector('.count')));
  const at = Object.fromEntries(facets.map((facet, index) => [facet.name, index]));
  const titles = tasks.map((task) => [plain(task[2]), plain(task[3])]);
  const taskTexts = tasks.map((task) => plain(`${task.slice(1).join('\n')}\n${task[1].replaceAll('-', ' ')} ${task[6].replaceAll('-', ' ')}`));
  const texts = rows.map(([, implementation, name, values]) =>
    plain(`${implementation} ${name} ${values.map((chosen, facet) => chosen.map((value) => facets[facet].values[value].join(' ')).join(' ')).join(' ')}`),
  );
  let found = [];
  let shown = 0;

  const chosen = () => boxes.map((group) => group.flatMap((box, value) => (box.checked ? [value] : [])));
  const fits = (has, wanted, every) => (every ? wanted.every((value) => has.includes(value)) : wanted.some((value) => has.includes(value)));

  function select() {
    const words = plain(query.value).split(/\s+/).filter(Boolean);
    const wanted = chosen();
    const used = wanted.flatMap((values, facet) => (values.length ? [facet] : []));
    const counts = boxes.map((group) => group.map(() => 0));
    const ranked = [];
    // A task's text is looked at once for all of its implementations.
    const missing = tasks.map((_, task) => words.filter((word) => !taskTexts[task].includes(word)));
    const ranks = tasks.map((_, task) => {
      if (!words.length) return 0;
      if (titles[task].some((title) => title.startsWith(words.join(' ')))) return 0;
      return words.every((word) => titles[task].some((title) => title.includes(word))) ? 1 : 2;
    });
    rows.forEach(([task, , , values], index) => {
      if (!missing[task].every((word) => texts[index].includes(word))) return;
      let against = -1; // the one facet that it does not fit
      for (const facet of used) {
        if (fits(values[facet], wanted[facet], facets[facet].every)) continue;
        if (against >= 0) return;
        against = facet;
      }
      // A count tells how many there are if that value is chosen too, or instead.
      for (let facet = 0; facet < facets.length; facet += 1) {
        if (against < 0 || (against === facet && !facets[facet].every)) for (const value of values[facet]) counts[facet][value] += 1;
      }
      if (against < 0) ranked.push([ranks[task], index]);
    });
    found = ranked.sort((one, other) => one[0] - other[0] || one[1] - other[1]).map(([, index]) => index);
    counts.forEach((group, facet) => group.forEach((count, value) => {
      const counter = counters[facet][value];
      if (counter.textContent !== String(count)) {
        counter.textContent = count;
        counter.closest('li').classList.toggle('none', count === 0);
      }
    }));
  }

  function element(name, text, language) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (language) made.lang = language;
    return made;
  }

  function both(name, en, zh) {
    if (!zh) {
      const made = element(name, en, 'en');
      made.className = 'only';
      return [made];
    }
    return en === zh ? [element(name, en)] : [element(name, en, 'en'), element(name, zh, 'zh-Hans')];
  }

  function counted(name, count) {
    const kind = list.dataset;
    return both('span', kind[`${name}En`].replace('{count}', count), kind[`${name}Zh`].replace('{count}', count));
  }

  function card(index) {
    const [task, implementation, name, values, lines, tests] = rows[index];
    const [id, , en, zh, excerpt, excerptZh] = tasks[task];
    const item = element('li');
    const link = element('a');
    link.href = `examples/${id}-${implementation}.html`;
    link.append(...both('span', en, zh), ' ', element('small', name));
    const heading = element('h3');
    heading.append(link);
    const about = element('p');
    about.className = 'excerpt';
    about.append(...both('span', excerpt, excerptZh));
    const facts = element('p');
    facts.className = 'quiet';
    const told = ['category', 'level', 'has'].flatMap((name) => values[at[name]].map((value) => both('span', ...facets[at[name]].values[value].slice(1))));
    told.push(counted('lines', lines), counted('tests', tests));
    const state = facets[at.state].values[values[at.state][0]];
    if (state[0] === 'held_back') {
      const mark = element('span');
      mark.className = 'badge bad';
      mark.append(...both('span', state[1], state[2]));
      told.unshift([mark]);
    }
    told.forEach((part, position) => facts.append(...(position ? [' · '] : []), ...part));
    item.append(heading, about, facts);
    return item;
  }

  function more() {
    const next = found.slice(shown, shown + CHUNK);
    list.append(...next.map(card));
    shown += next.length;
    $('more').hidden = shown >= found.length;
    return next.length;
  }

  function show() {
    select();
    list.replaceChildren();
    shown = 0;
    more();
    $('nothing').hidden = found.length > 0;
    const status = $('status');
    [...status.children].forEach((part) => {
      const text = part.lang === 'en' ? status.dataset.en : status.dataset.zh;
      part.textContent = text.replace('{count}', found.length).replace('{all}', rows.length);
    });
    const count = boxes.flat().filter((box) => box.checked).length;
    $('chosen').textContent = count ? `(${count})` : '';
    $('clear').disabled = !count && !query.value;
  }

  // The address tells what is searched for: #q=…&language=python,go
  function address() {
    const state = new URLSearchParams();
    if (query.value.trim()) state.set('q', query.value.trim());
    chosen().forEach((values, facet) => {
      if (values.length) state.set(facets[facet].name, values.map((value) => facets[facet].values[value][0]).join(','));
    });
    return `#${state}`;
  }

  function read() {
    const state = new URLSearchParams(location.hash.slice(1));
    query.value = state.get('q') ?? '';
    facets.forEach((facet, index) => {
      const names = (state.get(facet.name) ?? '').split(',');
      boxes[index].forEach((box, value) => {
        box.checked = names.includes(facet.values[value][0]);
        if (box.checked) box.closest('details').open = true;
      });
    });
    show();
  }

  let written; // a step back leads over a whole query, not over each letter
  function write(step) {
    clearTimeout(written);
    if (address() === (location.hash || '#')) return;
    history[step ? 'pushState' : 'replaceState'](null, '', address());
  }

  let typing = false;
  query.addEventListener('input', () => {
    show();
    const step = !typing;
    typing = true;
    if (step) write(true);
    clearTimeout(written);
    written = setTimeout(() => write(false), 300);
  });
  query.addEventListener('blur', () => {
    typing = false;
  });
  boxes.flat().forEach((box) => box.addEventListener('change', () => {
    show();
    write(true);
  }));
  $('clear').addEventListener('click', () => {
    query.value = '';
    for (const box of boxes.flat()) box.checked = false;
    show();
    write(true);
    query.focus();
  });
  $('form').addEventListener('submit', (event) => {
    event.preventDefault();
    write(false);
    list.querySelector('a')?.focus();
  });
  $('toggle').addEventListener('click', () => {
    const open = $('filters').classList.toggle('open');
    $('toggle').setAttribute('aria-expanded', open);
  });
  $('more').addEventListener('click', () => {
    const before = list.children.length;
    if (more()) list.children[before].querySelector('a').focus();
  });
  if ('IntersectionObserver' in window) {
    new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && more(), { rootMargin: '800px' }).observe($('more'));
  }
  window.addEventListener('popstate', read);
  window.addEventListener('hashchange', read);
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.target.closest?.('input:not([type=checkbox]), select, textarea');
    if (event.key === '/' && !field) {
      event.preventDefault();
      query.focus();
      query.select();
    }
    const links = [...list.querySelectorAll('h3 a')];
    const place = links.indexOf(document.activeElement);
    if (event.key === 'ArrowDown' && (event.target === query || place >= 0)) {
      event.preventDefault();
      links[Math.min(place + 1, links.length - 1)]?.focus();
    } else if (event.key === 'ArrowUp' && place >= 0) {
      event.preventDefault();
      (links[place - 1] ?? query).focus();
    }
  });
  read();
})();
