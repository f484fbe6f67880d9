// The entry of jsonc-parser in the bundle: the same code as for Node.js, in modules of which only the used parts are taken.
export {
  findNodeAtLocation,
  getLocation,
  parseTree,
  printParseErrorCode,
  visit
} from '../../node_modules/jsonc-parser/lib/esm/main.js'
