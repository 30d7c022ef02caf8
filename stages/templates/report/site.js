// The language of the page, what a link leads to, and printing. Reading needs none of it.
'use strict';
(() => {
  const root = document.documentElement;
  const search = new URLSearchParams(location.search);
  const LANGUAGES = { en: 'en', zh: 'zh-Hans' };

  const remembered = () => {
    try {
      return localStorage.getItem('language');
    } catch {
      return null; // a browser that keeps nothing for files
    }
  };
  const remember = (name) => {
    try {
      localStorage.setItem('language', name);
    } catch {
      // it is chosen for this page alone
    }
  };
  const show = (name) => {
    root.lang = LANGUAGES[name];
    const title = document.querySelector('title');
    document.title = title.dataset[name];
    for (const frame of document.querySelectorAll('iframe')) {
      frame.contentWindow?.postMessage({ language: name }, '*');
    }
    document.dispatchEvent(new Event('language'));
  };

  root.classList.add('script');
  if (search.get('only') === 'code') root.classList.add('only-code');
  const hash = new URLSearchParams(location.hash.slice(1));
  const first = [search.get('lang'), hash.get('lang'), remembered(), 'en'].find((name) => Object.hasOwn(LANGUAGES, name));
  root.lang = LANGUAGES[first];
  window.addEventListener('message', (event) => {
    if (event.source === window.parent && Object.hasOwn(LANGUAGES, event.data?.language)) show(event.data.language);
  });

  const open = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    for (let above = target; above; above = above.parentElement) if (above.matches('details')) above.open = true;
    target.scrollIntoView();
  };

  document.addEventListener('DOMContentLoaded', () => {
    show(first);
    document.getElementById('language').addEventListener('click', () => {
      const name = root.lang === 'en' ? 'zh' : 'en';
      remember(name);
      show(name);
    });
    open();
  });
  window.addEventListener('hashchange', open);
})();
