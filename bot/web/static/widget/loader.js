// The one script that a clinic embeds. It adds a launcher button and, when that is first
// pointed at or opened, an iframe from the assistant's own origin. It reads nothing of the page.
(() => {
  const script = document.currentScript;
  if (document.querySelector('askwell-launcher')) return;
  const { clinic = '', position = 'end', accent = '', label } = script.dataset;
  const all = __WORDS__;
  const language = (script.dataset.language || document.documentElement.lang || 'en').toLowerCase();
  const spoken = all[language.split('-')[0]] ? language : 'en';
  const words = all[spoken.split('-')[0]];
  const address = new URL('widget', script.src);
  const colour = (/^#?([0-9a-f]{6})$/i.exec(accent) || [, '1f5a50'])[1];
  const small = matchMedia('(max-width: 480px), (max-height: 480px)');
  const kept = 'askwell-open';

  // White or near-black, whichever is easier to read on the accent (WCAG luminance).
  const light = [0, 2, 4].reduce((sum, at, i) => {
    const part = parseInt(colour.substr(at, 2), 16) / 255;
    return sum + [0.2126, 0.7152, 0.0722][i] * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  }, 0);
  const ink = light > 0.179 ? '#111' : '#fff';
  // Left is left, whichever way the page is written.
  const side = /^(left|right)$/.test(position) ? position : `inset-inline-${position === 'start' ? 'start' : 'end'}`;

  // A constructed sheet needs no style-src of the host; !important inside wins over the host's own.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
:host{all:initial!important;position:fixed!important;z-index:2147483000!important;inset:auto!important;
inset-block-end:20px!important;${side}:20px!important}
button{display:flex;align-items:center;gap:10px;min-height:56px;padding:0 22px 0 18px;border:2px solid ${ink}3;
border-radius:28px;background:#${colour};color:${ink};font:600 16px/1.2 system-ui,sans-serif;cursor:pointer;
box-shadow:0 1px 2px #0003,0 8px 24px #0003}
button[aria-expanded=true]{gap:0;padding:0 14px;font-size:0}
button:hover{filter:brightness(1.08)}
button:focus-visible{outline:3px solid ${ink};outline-offset:-6px;box-shadow:0 0 0 3px #${colour},0 8px 24px #0004}
svg{width:24px;height:24px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
span{position:absolute;inset-block-start:-8px;inset-inline-end:-4px;min-width:12px;padding:4px 8px;border-radius:14px;
background:#b3261e;color:#fff;font:700 13px/1.2 system-ui,sans-serif;text-align:center}
span:empty{display:none}
dialog{position:fixed;inset:auto;inset-block-end:88px;${side}:20px;width:408px;max-width:none;
height:min(700px,100dvh - 108px);max-height:none;margin:0;padding:0;border:1px solid #8886;border-radius:18px;overflow:hidden;
background:Canvas;color-scheme:light dark;box-shadow:0 2px 6px #0002,0 18px 60px #0004}
iframe{display:block;width:100%;height:100%;border:0}
@media ${small.media}{dialog{inset:0;width:100%;height:100%;border:0;border-radius:0}}
@media (prefers-reduced-motion:no-preference){dialog[open]{animation:in .18s ease-out}
@keyframes in{from{opacity:0;transform:translateY(12px)}}}
@media (forced-colors:active){span{border:1px solid}button:focus-visible{outline:3px solid Highlight;outline-offset:3px}}
@media print{:host{display:none!important}}`);

  const make = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
    node.append(...children);
    return node;
  };
  const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = picture.appendChild(document.createElementNS(picture.namespaceURI, 'path'));
  picture.setAttribute('viewBox', '0 0 24 24');
  picture.setAttribute('aria-hidden', 'true');

  const host = make('askwell-launcher', { lang: spoken, popover: 'manual' });
  const badge = make('span', { role: 'status', id: 'news' });
  const launcher = make('button', { type: 'button', 'aria-haspopup': 'dialog', 'aria-describedby': 'news' }, picture, label || words.label);
  const panel = make('dialog', { 'aria-label': words.frame });
  let frame;
  /** The window of the chat, once it is loaded: before, the browser would have to make one for an empty page. */
  let chat;
  let opener;

  const remember = (open) => {
    try { sessionStorage.setItem(kept, open); } catch { /* Storage is blocked: nothing to remember. */ }
  };
  const recall = () => {
    try { return sessionStorage.getItem(kept); } catch { return null; }
  };
  const tell = (message) => chat?.postMessage({ askwell: message }, address.origin);
  const draw = () => {
    launcher.setAttribute('aria-expanded', panel.open);
    path.setAttribute('d', panel.open ? 'M6 6l12 12M18 6L6 18' : 'M20 12a8 8 0 01-8 8H4l1.8-3.2A8 8 0 1120 12zM8.5 12h.01M12 12h.01M15.5 12h.01');
  };
  // An on-screen keyboard shrinks what is visible, not the page: the panel follows it.
  const fit = () => {
    const { height, offsetTop, scale } = visualViewport;
    const covered = small.matches && scale < 1.01;
    panel.style.height = covered ? `${height}px` : '';
    panel.style.top = covered ? `${offsetTop}px` : '';
  };
  const load = () => {
    if (frame) return;
    address.search = new URLSearchParams({ clinic, lang: spoken, accent: accent && colour });
    frame = make('iframe', { title: words.frame, referrerpolicy: 'no-referrer' });
    frame.onload = () => {
      chat = frame.contentWindow;
      tell(!panel.open ? 'hidden' : opener ? 'focus' : 'shown');
    };
    frame.src = address;
    panel.append(frame);
  };
  const open = (from) => {
    load();
    if (small.matches) panel.showModal();
    else panel.setAttribute('open', '');
    badge.textContent = '';
    fit();
    draw();
    remember('yes');
    if (!from) return;
    opener = from;
    frame.focus();
    tell('focus');
  };

  panel.onclose = () => {
    draw();
    tell('hidden');
    remember('no');
    (opener || launcher).focus();
  };
  launcher.onpointerenter = launcher.onfocus = load;
  launcher.onclick = () => (panel.open ? panel.close() : open(launcher));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && panel.open) panel.close();
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('[data-askwell-open]');
    if (!link) return;
    event.preventDefault();
    open(link);
  });
  addEventListener('message', ({ origin, source, data }) => {
    if (origin !== address.origin || source !== chat) return;
    if (data?.askwell === 'close') panel.close();
    if (data?.askwell === 'unread' && !panel.open) badge.textContent = words.unread.replace('{count}', +data.count);
  });

  visualViewport.addEventListener('resize', fit);
  const shadow = host.attachShadow({ mode: 'open' });
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(launcher, badge, panel);
  document.body.append(host);
  // Above everything, and placed by the window alone, whatever the page does to its own parts.
  host.showPopover?.();
  draw();
  if (recall() === 'yes' && !small.matches) open();
  else if (recall()) load();
})();
