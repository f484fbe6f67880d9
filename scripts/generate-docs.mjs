// All that docs/ takes from action.yml and from the source. With --check it writes nothing.
import './generate-inputs.mjs'
import './generate-schema.mjs'
import './generate-troubleshooting.mjs'
