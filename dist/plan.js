const MAX_OPERATIONS=5e3;function nameOperation(loop,key){return`${loop}[${key}]`}function itemOf(operation){return operation.split(`[`,1).join(``)}export{MAX_OPERATIONS,itemOf,nameOperation};
