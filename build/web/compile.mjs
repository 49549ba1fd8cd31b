// node compile.mjs PYODIDE STAGE: compile every .py below STAGE to a .pyc beside it, and remove the .py.
//
// By the browser's own Python, because no other writes bytecode it understands. Docstrings go (they are a third of the
// bytes), but not SQLAlchemy's, which edits its own while it is imported; and so do columns (a line of a trace still has its
// number, and there is no source to point into). The .pyc are never checked against a source.

import { pathToFileURL } from "node:url";
import { resolve } from "node:path";

const [pyodide, stage] = process.argv.slice(2).map((name) => resolve(name));
process.on("uncaughtException", (error) => {
  // Without the runtime's own source line, which is a megabyte long.
  console.error(String(error.stack ?? error).slice(0, 4000));
  process.exit(1);
});

const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`));
const python = await loadPyodide({ env: { PYTHONHASHSEED: "0", PYTHONNODEBUGRANGES: "1" } });
python.FS.mkdir("/stage");
python.FS.mount(python.FS.filesystems.NODEFS, { root: stage }, "/stage");

console.log(
  await python.runPythonAsync(`
import ast, importlib._bootstrap_external as external, importlib.util, pathlib, sys

class WithoutDocstrings(ast.NodeTransformer):
    def _body(self, node):
        self.generic_visit(node)
        first = node.body[0] if node.body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            # An empty text and not nothing: some classes read their own docstring.
            first.value.value = ""
        return node
    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _body

stage = pathlib.Path("/stage")
done = 0
for path in sorted(stage.rglob("*.py")):
    name = path.relative_to(stage).as_posix()
    source = path.read_bytes()
    tree = ast.parse(source, name)
    if not name.startswith("sqlalchemy/"):
        tree = WithoutDocstrings().visit(tree)
    code = compile(tree, name, "exec", dont_inherit=True, optimize=0)
    path.with_suffix(".pyc").write_bytes(external._code_to_hash_pyc(code, importlib.util.source_hash(source), False))
    path.unlink()
    done += 1
f"{done} modules compiled by Python {sys.version.split()[0]}"
`),
);
process.exit(0);
