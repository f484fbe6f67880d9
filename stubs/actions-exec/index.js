// Stands in for @actions/exec in the bundle: @actions/core imports it eagerly for platform details, which this action
// never asks for.
function refuse() {
  throw new Error('@actions/exec is not bundled: starting programs is not supported here')
}
export const exec = refuse
export const getExecOutput = refuse
