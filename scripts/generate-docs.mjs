// All that docs and README.md take from action.yml and from the source. With --check it writes nothing.
import './generate-readme.mjs'
import './generate-schema.mjs'
import './generate-troubleshooting.mjs'
