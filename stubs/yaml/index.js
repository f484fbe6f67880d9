// The entry of yaml in the bundle: the same code as for Node.js, in modules of which only the used parts are taken.
export {
  isAlias,
  isDocument,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Pair,
  parseAllDocuments,
  Scalar,
  visit,
  YAMLMap,
  YAMLSeq
} from '../../node_modules/yaml/browser/dist/index.js'
