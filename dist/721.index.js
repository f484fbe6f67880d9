export const id = 721;
export const ids = [721];
export const modules = { 7721: ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {
	__webpack_require__.r(__webpack_exports__);
	__webpack_require__.d(__webpack_exports__, { "default": () => open });
	async function open() {
		throw new Error("opening a browser is not supported in this action");
	}
}) };
