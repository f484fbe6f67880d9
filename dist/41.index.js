export const id = 41;
export const ids = [41];
export const modules = { 4041: ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {
	__webpack_require__.d(__webpack_exports__, { readBody: () => readBody });
	var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
	var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
	var jsonc_parser__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9547);
	var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(452);
	const MAX_BODY_BYTES = 4 * 1024 * 1024;
	function readBody({ body, bodyFile, workspace }) {
		const inline = body.trim() !== "";
		if (inline && bodyFile !== "") {
			throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__.dz("body-file", {
				read: bodyFile,
				problem: "is given together with body",
				allowed: "one of the two"
			});
		}
		if (inline) return parseBody(body, {
			input: "body",
			place: ""
		});
		if (bodyFile === "") return undefined;
		const text = readWorkspaceFile(bodyFile, workspace);
		return parseBody(text, {
			input: "body-file",
			place: `in ${(0, _errors_js__WEBPACK_IMPORTED_MODULE_3__.ol)(bodyFile)} `
		});
	}
	function parseBody(source, from) {
		const text = source.startsWith("﻿") ? source.slice(1) : source;
		const json = isStrictJson(text) ? text : stripToJson(text, from);
		const bytes = Buffer.byteLength(json);
		if (bytes > MAX_BODY_BYTES) {
			throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__.dz(from.input, {
				problem: `${from.place}has ${bytes} bytes, more than Azure Resource Manager takes`,
				allowed: `${MAX_BODY_BYTES} bytes`
			});
		}
		return json;
	}
	function isStrictJson(text) {
		try {
			JSON.parse(text);
			return true;
		} catch {
			return false;
		}
	}
	function stripToJson(text, from) {
		const { cuts, fault } = scanJson(text, from);
		if (fault !== undefined) throw describeFault(text, fault, from);
		let json = "";
		let end = 0;
		for (const { offset, length } of cuts) {
			json += text.slice(end, offset);
			end = offset + length;
		}
		return json + text.slice(end);
	}
	function scanJson(text, from) {
		const cuts = [];
		let fault;
		let comma;
		const forgetComma = () => {
			comma = undefined;
		};
		const cutComma = () => {
			if (comma !== undefined) cuts.push({
				offset: comma,
				length: 1
			});
			comma = undefined;
		};
		const visitor = {
			onObjectBegin: forgetComma,
			onArrayBegin: forgetComma,
			onObjectProperty: forgetComma,
			onLiteralValue: forgetComma,
			onObjectEnd: cutComma,
			onArrayEnd: cutComma,
			onSeparator: (character, offset) => {
				comma = character === "," ? offset : undefined;
			},
			onComment: (offset, length) => {
				cuts.push({
					offset,
					length
				});
			},
			onError: (code, offset, length, line, column) => {
				fault ??= {
					name: (0, jsonc_parser__WEBPACK_IMPORTED_MODULE_2__.printParseErrorCode)(code),
					offset,
					length,
					line,
					column
				};
			}
		};
		try {
			(0, jsonc_parser__WEBPACK_IMPORTED_MODULE_2__.visit)(text, visitor, { allowTrailingComma: true });
		} catch (error) {
			if (!(error instanceof RangeError)) throw error;
			throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__.dz(from.input, { problem: `${from.place}is nested too deeply to be read` });
		}
		return {
			cuts: cuts.toSorted((one, other) => one.offset - other.offset),
			fault
		};
	}
	const FAULTS = new Map([
		["InvalidSymbol", "this is no JSON value"],
		["PropertyNameExpected", "a property name in double quotes is expected"],
		["ValueExpected", "a value is expected"],
		["ColonExpected", "a colon is expected"],
		["CommaExpected", "a comma is expected"],
		["CloseBraceExpected", "a comma or \"}\" is expected"],
		["CloseBracketExpected", "a comma or \"]\" is expected"],
		["EndOfFileExpected", "nothing more is expected"],
		["UnexpectedEndOfComment", "the comment has no end"],
		["UnexpectedEndOfString", "the string has no end on its line"],
		["UnexpectedEndOfNumber", "the number is cut short"],
		["InvalidUnicode", "a \\u escape takes four hexadecimal digits"],
		["InvalidEscapeCharacter", "the string holds an escape that JSON does not have"],
		["InvalidCharacter", "the string holds a control character"]
	]);
	function describeFault(text, fault, { input, place }) {
		const position = `line ${fault.line + 1}, column ${fault.column + 1}`;
		const excerpt = excerptLine(text, fault);
		if (fault.name === "InvalidSymbol" && text.slice(0, fault.offset).trim() === "") {
			return new _errors_js__WEBPACK_IMPORTED_MODULE_3__.dz(input, {
				problem: `${place}is not JSON: it begins with ${(0, _errors_js__WEBPACK_IMPORTED_MODULE_3__.ol)(excerpt)} at ${position}`,
				allowed: "JSON, such as { \"location\": \"westeurope\" }; comments and trailing commas are fine"
			});
		}
		const what = FAULTS.get(fault.name) ?? "it cannot be read";
		const shown = excerpt === "" ? "" : `: ${(0, _errors_js__WEBPACK_IMPORTED_MODULE_3__.ol)(excerpt)}`;
		return new _errors_js__WEBPACK_IMPORTED_MODULE_3__.dz(input, { problem: `${place}is not valid JSON at ${position}: ${what}${shown}` });
	}
	const MAX_EXCERPT_CHARACTERS = 70;
	function excerptLine(text, { offset, length }) {
		const start = Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
		const [line = ""] = text.slice(start).split(/[\r\n]/, 1);
		const end = offset - start + length;
		const colon = /^\s*:/.exec(line.slice(end))?.[0] ?? "";
		const shown = hideStringValues(line.slice(0, end) + colon).trimStart();
		return shown.length > MAX_EXCERPT_CHARACTERS ? `…${shown.slice(-MAX_EXCERPT_CHARACTERS)}` : shown;
	}
	function hideStringValues(line) {
		return line.replace(/(["'])(?:\\.|(?!\1)[^\\])*(\1?)(\s*:)?/g, (string, quote, closing, colon) => colon !== undefined && closing !== "" ? string : `${quote}…${closing}`);
	}
	function readWorkspaceFile(path, workspace) {
		const refuse = (problem, allowed = "a file in the workspace") => {
			throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__.dz("body-file", {
				read: path,
				problem,
				allowed
			});
		};
		const target = (0, node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)(workspace, path);
		if (!isInside(target, workspace)) refuse("is outside the workspace");
		try {
			const real = (0, node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(target);
			if (!isInside(real, (0, node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(workspace))) refuse("leads outside the workspace");
			const stats = (0, node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(real);
			if (stats.isDirectory()) refuse("is a directory");
			if (!stats.isFile()) refuse("is not a regular file");
			return decodeUtf8((0, node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(real)) ?? refuse("is not UTF-8 text", "a file saved as UTF-8");
		} catch (error) {
			if (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_3__.dz) throw error;
			const code = readErrorCode(error);
			if (code === "ENOENT" || code === "ENOTDIR") refuse("does not exist; was the repository checked out?");
			return refuse(`cannot be read (${code})`);
		}
	}
	function isInside(path, folder) {
		const way = (0, node_path__WEBPACK_IMPORTED_MODULE_1__.relative)(folder, path);
		return way !== ".." && !way.startsWith(`..${node_path__WEBPACK_IMPORTED_MODULE_1__.sep}`) && !(0, node_path__WEBPACK_IMPORTED_MODULE_1__.isAbsolute)(way);
	}
	function readErrorCode(error) {
		return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
	}
	function decodeUtf8(bytes) {
		try {
			return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
		} catch {
			return undefined;
		}
	}
}) };
