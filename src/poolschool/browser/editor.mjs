// The editor of the page, bundled by esbuild: CodeMirror 6 with Python. Fetched only when somebody edits.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colour = (name) => `var(--md-code-hl-${name}-color)`;
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: colour("keyword") },
  { tag: [tags.string, tags.special(tags.string)], color: colour("string") },
  { tag: tags.number, color: colour("number") },
  { tag: [tags.bool, tags.null, tags.className], color: colour("constant") },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.meta], color: colour("function") },
  { tag: tags.comment, color: colour("comment") },
]);
const look = EditorView.theme({
  "&": { backgroundColor: "var(--md-code-bg-color)", color: "var(--md-code-fg-color)", fontSize: "inherit" },
  ".cm-content": { fontFamily: "var(--ps-mono)", caretColor: "currentcolor" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--ps-soft)", border: "none" },
  ".cm-cursor": { borderLeftColor: "currentcolor" },
  ".cm-activeLine": { backgroundColor: "var(--md-code-hl-color--light)" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground": { backgroundColor: "Highlight !important", opacity: 0.35 },
});

// Put an editor into `parent`. Tab indents; Escape, then Tab, leaves. Ctrl-Enter calls `onRun`, each change `onChange`.
export function edit(parent, { text, label, onRun = () => {}, onChange = () => {} }) {
  const trap = new Compartment();
  const tabIndents = keymap.of([indentWithTab]);
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), highlightActiveLine(), python(),
        indentUnit.of("    "), EditorState.tabSize.of(4), syntaxHighlighting(colours), look,
        keymap.of([
          { key: "Ctrl-Enter", mac: "Cmd-Enter", run: () => { onRun(); return true; } },
          { key: "Escape", run: (view) => { view.dispatch({ effects: trap.reconfigure([]) }); return true; } },
        ]),
        trap.of(tabIndents), keymap.of([...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0", spellcheck: "false", autocapitalize: "off" }),
        EditorView.updateListener.of((update) => update.docChanged && onChange(update.state.doc.toString())),
        EditorView.domEventHandlers({ blur: (_event, view) => view.dispatch({ effects: trap.reconfigure(tabIndents) }) }),
      ],
    }),
  });
  return {
    get text() { return view.state.doc.toString(); },
    set text(text) { view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }); },
    focus: () => view.focus(),
  };
}
