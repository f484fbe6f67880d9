import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
var __webpack_modules__ = {
	770: ((module, __unused_webpack_exports, __nccwpck_require__) => {
		module.exports = __nccwpck_require__(218);
	}),
	218: ((__unused_webpack_module, exports, __nccwpck_require__) => {
		var __webpack_unused_export__;
		var net = __nccwpck_require__(9278);
		var tls = __nccwpck_require__(4756);
		var http = __nccwpck_require__(8611);
		var https = __nccwpck_require__(5692);
		var events = __nccwpck_require__(4434);
		var assert = __nccwpck_require__(2613);
		var util = __nccwpck_require__(9023);
		exports.httpOverHttp = httpOverHttp;
		exports.httpsOverHttp = httpsOverHttp;
		exports.httpOverHttps = httpOverHttps;
		exports.httpsOverHttps = httpsOverHttps;
		function httpOverHttp(options) {
			var agent = new TunnelingAgent(options);
			agent.request = http.request;
			return agent;
		}
		function httpsOverHttp(options) {
			var agent = new TunnelingAgent(options);
			agent.request = http.request;
			agent.createSocket = createSecureSocket;
			agent.defaultPort = 443;
			return agent;
		}
		function httpOverHttps(options) {
			var agent = new TunnelingAgent(options);
			agent.request = https.request;
			return agent;
		}
		function httpsOverHttps(options) {
			var agent = new TunnelingAgent(options);
			agent.request = https.request;
			agent.createSocket = createSecureSocket;
			agent.defaultPort = 443;
			return agent;
		}
		function TunnelingAgent(options) {
			var self = this;
			self.options = options || {};
			self.proxyOptions = self.options.proxy || {};
			self.maxSockets = self.options.maxSockets || http.Agent.defaultMaxSockets;
			self.requests = [];
			self.sockets = [];
			self.on("free", function onFree(socket, host, port, localAddress) {
				var options = toOptions(host, port, localAddress);
				for (var i = 0, len = self.requests.length; i < len; ++i) {
					var pending = self.requests[i];
					if (pending.host === options.host && pending.port === options.port) {
						self.requests.splice(i, 1);
						pending.request.onSocket(socket);
						return;
					}
				}
				socket.destroy();
				self.removeSocket(socket);
			});
		}
		util.inherits(TunnelingAgent, events.EventEmitter);
		TunnelingAgent.prototype.addRequest = function addRequest(req, host, port, localAddress) {
			var self = this;
			var options = mergeOptions({ request: req }, self.options, toOptions(host, port, localAddress));
			if (self.sockets.length >= this.maxSockets) {
				self.requests.push(options);
				return;
			}
			self.createSocket(options, function(socket) {
				socket.on("free", onFree);
				socket.on("close", onCloseOrRemove);
				socket.on("agentRemove", onCloseOrRemove);
				req.onSocket(socket);
				function onFree() {
					self.emit("free", socket, options);
				}
				function onCloseOrRemove(err) {
					self.removeSocket(socket);
					socket.removeListener("free", onFree);
					socket.removeListener("close", onCloseOrRemove);
					socket.removeListener("agentRemove", onCloseOrRemove);
				}
			});
		};
		TunnelingAgent.prototype.createSocket = function createSocket(options, cb) {
			var self = this;
			var placeholder = {};
			self.sockets.push(placeholder);
			var connectOptions = mergeOptions({}, self.proxyOptions, {
				method: "CONNECT",
				path: options.host + ":" + options.port,
				agent: false,
				headers: { host: options.host + ":" + options.port }
			});
			if (options.localAddress) {
				connectOptions.localAddress = options.localAddress;
			}
			if (connectOptions.proxyAuth) {
				connectOptions.headers = connectOptions.headers || {};
				connectOptions.headers["Proxy-Authorization"] = "Basic " + new Buffer(connectOptions.proxyAuth).toString("base64");
			}
			debug("making CONNECT request");
			var connectReq = self.request(connectOptions);
			connectReq.useChunkedEncodingByDefault = false;
			connectReq.once("response", onResponse);
			connectReq.once("upgrade", onUpgrade);
			connectReq.once("connect", onConnect);
			connectReq.once("error", onError);
			connectReq.end();
			function onResponse(res) {
				res.upgrade = true;
			}
			function onUpgrade(res, socket, head) {
				process.nextTick(function() {
					onConnect(res, socket, head);
				});
			}
			function onConnect(res, socket, head) {
				connectReq.removeAllListeners();
				socket.removeAllListeners();
				if (res.statusCode !== 200) {
					debug("tunneling socket could not be established, statusCode=%d", res.statusCode);
					socket.destroy();
					var error = new Error("tunneling socket could not be established, " + "statusCode=" + res.statusCode);
					error.code = "ECONNRESET";
					options.request.emit("error", error);
					self.removeSocket(placeholder);
					return;
				}
				if (head.length > 0) {
					debug("got illegal response body from proxy");
					socket.destroy();
					var error = new Error("got illegal response body from proxy");
					error.code = "ECONNRESET";
					options.request.emit("error", error);
					self.removeSocket(placeholder);
					return;
				}
				debug("tunneling connection has established");
				self.sockets[self.sockets.indexOf(placeholder)] = socket;
				return cb(socket);
			}
			function onError(cause) {
				connectReq.removeAllListeners();
				debug("tunneling socket could not be established, cause=%s\n", cause.message, cause.stack);
				var error = new Error("tunneling socket could not be established, " + "cause=" + cause.message);
				error.code = "ECONNRESET";
				options.request.emit("error", error);
				self.removeSocket(placeholder);
			}
		};
		TunnelingAgent.prototype.removeSocket = function removeSocket(socket) {
			var pos = this.sockets.indexOf(socket);
			if (pos === -1) {
				return;
			}
			this.sockets.splice(pos, 1);
			var pending = this.requests.shift();
			if (pending) {
				this.createSocket(pending, function(socket) {
					pending.request.onSocket(socket);
				});
			}
		};
		function createSecureSocket(options, cb) {
			var self = this;
			TunnelingAgent.prototype.createSocket.call(self, options, function(socket) {
				var hostHeader = options.request.getHeader("host");
				var tlsOptions = mergeOptions({}, self.options, {
					socket,
					servername: hostHeader ? hostHeader.replace(/:.*$/, "") : options.host
				});
				var secureSocket = tls.connect(0, tlsOptions);
				self.sockets[self.sockets.indexOf(socket)] = secureSocket;
				cb(secureSocket);
			});
		}
		function toOptions(host, port, localAddress) {
			if (typeof host === "string") {
				return {
					host,
					port,
					localAddress
				};
			}
			return host;
		}
		function mergeOptions(target) {
			for (var i = 1, len = arguments.length; i < len; ++i) {
				var overrides = arguments[i];
				if (typeof overrides === "object") {
					var keys = Object.keys(overrides);
					for (var j = 0, keyLen = keys.length; j < keyLen; ++j) {
						var k = keys[j];
						if (overrides[k] !== undefined) {
							target[k] = overrides[k];
						}
					}
				}
			}
			return target;
		}
		var debug;
		if (process.env.NODE_DEBUG && /\btunnel\b/.test(process.env.NODE_DEBUG)) {
			debug = function() {
				var args = Array.prototype.slice.call(arguments);
				if (typeof args[0] === "string") {
					args[0] = "TUNNEL: " + args[0];
				} else {
					args.unshift("TUNNEL:");
				}
				console.error.apply(console, args);
			};
		} else {
			debug = function() {};
		}
		__webpack_unused_export__ = debug;
	}),
	2613: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("assert");
	}),
	181: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("buffer");
	}),
	6982: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");
	}),
	4434: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("events");
	}),
	9896: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");
	}),
	8611: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("http");
	}),
	5692: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("https");
	}),
	9278: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("net");
	}),
	1421: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:child_process");
	}),
	7598: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");
	}),
	3024: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
	}),
	1455: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs/promises");
	}),
	7067: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");
	}),
	4708: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:https");
	}),
	8161: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");
	}),
	6760: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");
	}),
	1708: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:process");
	}),
	7075: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream");
	}),
	3136: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:url");
	}),
	7975: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");
	}),
	8522: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:zlib");
	}),
	6928: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");
	}),
	2203: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("stream");
	}),
	4756: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tls");
	}),
	2018: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tty");
	}),
	7016: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("url");
	}),
	9023: ((module) => {
		module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("util");
	}),
	452: ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {
		__nccwpck_require__.d(__webpack_exports__, {
			BF: () => hideUrlSecrets,
			Gv: () => flattenText,
			Jj: () => SignInError,
			dz: () => InputError,
			ol: () => quoteText
		});
		const MAX_QUOTED_CHARACTERS = 80;
		class InputError extends Error {
			name = "InputError";
			code = "InvalidInput";
			input;
			constructor(input, { problem, read, allowed }) {
				const quoted = read === undefined ? "" : `${quoteText(read)} `;
				const advice = allowed === undefined ? "" : ` Allowed: ${allowed}.`;
				super(`Input ${input}: ${quoted}${problem}.${advice}`);
				this.input = input;
			}
		}
		class SignInError extends Error {
			name = "SignInError";
			code = "SignInFailed";
		}
		function quoteText(text) {
			return `"${flattenText(text, MAX_QUOTED_CHARACTERS)}"`;
		}
		function flattenText(text, maxCharacters) {
			const characters = [...text.slice(0, 2 * maxCharacters + 2)];
			const cut = characters.slice(0, maxCharacters).join("");
			const flat = cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
			return characters.length > maxCharacters ? `${flat}…` : flat;
		}
		function hideUrlSecrets(url) {
			return url.replace(/[^\\/?#]*@/, "…@").replace(/([?#]).+$/s, "$1…");
		}
	}),
	5691: ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {
		__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => {
			try {
				var _main_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4016);
				await (0, _main_js__WEBPACK_IMPORTED_MODULE_0__.e)();
				__webpack_async_result__();
			} catch (e) {
				__webpack_async_result__(e);
			}
		}, 1);
	}),
	4016: ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {
		__nccwpck_require__.d(__webpack_exports__, { e: () => run });
		var platform_namespaceObject = {};
		__nccwpck_require__.r(platform_namespaceObject);
		__nccwpck_require__.d(platform_namespaceObject, {
			arch: () => arch,
			getDetails: () => getDetails,
			isLinux: () => isLinux,
			isMacOS: () => isMacOS,
			isWindows: () => isWindows,
			platform: () => platform
		});
		var core_namespaceObject = {};
		__nccwpck_require__.r(core_namespaceObject);
		__nccwpck_require__.d(core_namespaceObject, {
			ExitCode: () => ExitCode,
			addPath: () => addPath,
			debug: () => debug,
			endGroup: () => endGroup,
			error: () => error,
			exportVariable: () => exportVariable,
			getBooleanInput: () => getBooleanInput,
			getIDToken: () => getIDToken,
			getInput: () => getInput,
			getMultilineInput: () => getMultilineInput,
			getState: () => getState,
			group: () => group,
			info: () => info,
			isDebug: () => isDebug,
			markdownSummary: () => markdownSummary,
			notice: () => notice,
			platform: () => platform_namespaceObject,
			saveState: () => saveState,
			setCommandEcho: () => setCommandEcho,
			setFailed: () => setFailed,
			setOutput: () => setOutput,
			setSecret: () => setSecret,
			startGroup: () => startGroup,
			summary: () => summary,
			toPlatformPath: () => toPlatformPath,
			toPosixPath: () => toPosixPath,
			toWin32Path: () => toWin32Path,
			warning: () => warning
		});
		var external_node_crypto_ = __nccwpck_require__(7598);
		;
		const external_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");
		;
		function toCommandValue(input) {
			if (input === null || input === undefined) {
				return "";
			} else if (typeof input === "string" || input instanceof String) {
				return input;
			}
			return JSON.stringify(input);
		}
		function toCommandProperties(annotationProperties) {
			if (!Object.keys(annotationProperties).length) {
				return {};
			}
			return {
				title: annotationProperties.title,
				file: annotationProperties.file,
				line: annotationProperties.startLine,
				endLine: annotationProperties.endLine,
				col: annotationProperties.startColumn,
				endColumn: annotationProperties.endColumn
			};
		}
		;
		function issueCommand(command, properties, message) {
			const cmd = new Command(command, properties, message);
			process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL);
		}
		function issue(name, message = "") {
			issueCommand(name, {}, message);
		}
		const CMD_STRING = "::";
		class Command {
			constructor(command, properties, message) {
				if (!command) {
					command = "missing.command";
				}
				this.command = command;
				this.properties = properties;
				this.message = message;
			}
			toString() {
				let cmdStr = CMD_STRING + this.command;
				if (this.properties && Object.keys(this.properties).length > 0) {
					cmdStr += " ";
					let first = true;
					for (const key in this.properties) {
						if (this.properties.hasOwnProperty(key)) {
							const val = this.properties[key];
							if (val) {
								if (first) {
									first = false;
								} else {
									cmdStr += ",";
								}
								cmdStr += `${key}=${escapeProperty(val)}`;
							}
						}
					}
				}
				cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
				return cmdStr;
			}
		}
		function escapeData(s) {
			return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
		}
		function escapeProperty(s) {
			return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/:/g, "%3A").replace(/,/g, "%2C");
		}
		var external_crypto_ = __nccwpck_require__(6982);
		var external_fs_ = __nccwpck_require__(9896);
		;
		function issueFileCommand(command, message) {
			const filePath = process.env[`GITHUB_${command}`];
			if (!filePath) {
				throw new Error(`Unable to find environment variable for file command ${command}`);
			}
			if (!external_fs_.existsSync(filePath)) {
				throw new Error(`Missing file at path: ${filePath}`);
			}
			external_fs_.appendFileSync(filePath, `${toCommandValue(message)}${external_os_namespaceObject.EOL}`, { encoding: "utf8" });
		}
		function prepareKeyValueMessage(key, value) {
			const delimiter = `ghadelimiter_${external_crypto_.randomUUID()}`;
			const convertedValue = toCommandValue(value);
			if (key.includes(delimiter)) {
				throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
			}
			if (convertedValue.includes(delimiter)) {
				throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
			}
			return `${key}<<${delimiter}${external_os_namespaceObject.EOL}${convertedValue}${external_os_namespaceObject.EOL}${delimiter}`;
		}
		var external_path_ = __nccwpck_require__(6928);
		var external_http_ = __nccwpck_require__(8611);
		var external_http_namespaceObject = __nccwpck_require__.t(external_http_, 2);
		var external_https_ = __nccwpck_require__(5692);
		var external_https_namespaceObject = __nccwpck_require__.t(external_https_, 2);
		;
		function getProxyUrl(reqUrl) {
			const usingSsl = reqUrl.protocol === "https:";
			if (checkBypass(reqUrl)) {
				return undefined;
			}
			const proxyVar = (() => {
				if (usingSsl) {
					return process.env["https_proxy"] || process.env["HTTPS_PROXY"];
				} else {
					return process.env["http_proxy"] || process.env["HTTP_PROXY"];
				}
			})();
			if (proxyVar) {
				try {
					return new DecodedURL(proxyVar);
				} catch (_a) {
					if (!proxyVar.startsWith("http://") && !proxyVar.startsWith("https://")) return new DecodedURL(`http://${proxyVar}`);
				}
			} else {
				return undefined;
			}
		}
		function checkBypass(reqUrl) {
			if (!reqUrl.hostname) {
				return false;
			}
			const reqHost = reqUrl.hostname;
			if (isLoopbackAddress(reqHost)) {
				return true;
			}
			const noProxy = process.env["no_proxy"] || process.env["NO_PROXY"] || "";
			if (!noProxy) {
				return false;
			}
			let reqPort;
			if (reqUrl.port) {
				reqPort = Number(reqUrl.port);
			} else if (reqUrl.protocol === "http:") {
				reqPort = 80;
			} else if (reqUrl.protocol === "https:") {
				reqPort = 443;
			}
			const upperReqHosts = [reqUrl.hostname.toUpperCase()];
			if (typeof reqPort === "number") {
				upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
			}
			for (const upperNoProxyItem of noProxy.split(",").map((x) => x.trim().toUpperCase()).filter((x) => x)) {
				if (upperNoProxyItem === "*" || upperReqHosts.some((x) => x === upperNoProxyItem || x.endsWith(`.${upperNoProxyItem}`) || upperNoProxyItem.startsWith(".") && x.endsWith(`${upperNoProxyItem}`))) {
					return true;
				}
			}
			return false;
		}
		function isLoopbackAddress(host) {
			const hostLower = host.toLowerCase();
			return hostLower === "localhost" || hostLower.startsWith("127.") || hostLower.startsWith("[::1]") || hostLower.startsWith("[0:0:0:0:0:0:0:1]");
		}
		class DecodedURL extends URL {
			constructor(url, base) {
				super(url, base);
				this._decodedUsername = decodeURIComponent(super.username);
				this._decodedPassword = decodeURIComponent(super.password);
			}
			get username() {
				return this._decodedUsername;
			}
			get password() {
				return this._decodedPassword;
			}
		}
		var tunnel = __nccwpck_require__(770);
		;
		class ProxyAgent {
			constructor() {
				throw new Error("undici is not bundled: HttpClient.getAgentDispatcher is not supported here");
			}
		}
		;
		var __awaiter = undefined && undefined.__awaiter || function(thisArg, _arguments, P, generator) {
			function adopt(value) {
				return value instanceof P ? value : new P(function(resolve) {
					resolve(value);
				});
			}
			return new (P || (P = Promise))(function(resolve, reject) {
				function fulfilled(value) {
					try {
						step(generator.next(value));
					} catch (e) {
						reject(e);
					}
				}
				function rejected(value) {
					try {
						step(generator["throw"](value));
					} catch (e) {
						reject(e);
					}
				}
				function step(result) {
					result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
				}
				step((generator = generator.apply(thisArg, _arguments || [])).next());
			});
		};
		var HttpCodes;
		(function(HttpCodes) {
			HttpCodes[HttpCodes["OK"] = 200] = "OK";
			HttpCodes[HttpCodes["MultipleChoices"] = 300] = "MultipleChoices";
			HttpCodes[HttpCodes["MovedPermanently"] = 301] = "MovedPermanently";
			HttpCodes[HttpCodes["ResourceMoved"] = 302] = "ResourceMoved";
			HttpCodes[HttpCodes["SeeOther"] = 303] = "SeeOther";
			HttpCodes[HttpCodes["NotModified"] = 304] = "NotModified";
			HttpCodes[HttpCodes["UseProxy"] = 305] = "UseProxy";
			HttpCodes[HttpCodes["SwitchProxy"] = 306] = "SwitchProxy";
			HttpCodes[HttpCodes["TemporaryRedirect"] = 307] = "TemporaryRedirect";
			HttpCodes[HttpCodes["PermanentRedirect"] = 308] = "PermanentRedirect";
			HttpCodes[HttpCodes["BadRequest"] = 400] = "BadRequest";
			HttpCodes[HttpCodes["Unauthorized"] = 401] = "Unauthorized";
			HttpCodes[HttpCodes["PaymentRequired"] = 402] = "PaymentRequired";
			HttpCodes[HttpCodes["Forbidden"] = 403] = "Forbidden";
			HttpCodes[HttpCodes["NotFound"] = 404] = "NotFound";
			HttpCodes[HttpCodes["MethodNotAllowed"] = 405] = "MethodNotAllowed";
			HttpCodes[HttpCodes["NotAcceptable"] = 406] = "NotAcceptable";
			HttpCodes[HttpCodes["ProxyAuthenticationRequired"] = 407] = "ProxyAuthenticationRequired";
			HttpCodes[HttpCodes["RequestTimeout"] = 408] = "RequestTimeout";
			HttpCodes[HttpCodes["Conflict"] = 409] = "Conflict";
			HttpCodes[HttpCodes["Gone"] = 410] = "Gone";
			HttpCodes[HttpCodes["TooManyRequests"] = 429] = "TooManyRequests";
			HttpCodes[HttpCodes["InternalServerError"] = 500] = "InternalServerError";
			HttpCodes[HttpCodes["NotImplemented"] = 501] = "NotImplemented";
			HttpCodes[HttpCodes["BadGateway"] = 502] = "BadGateway";
			HttpCodes[HttpCodes["ServiceUnavailable"] = 503] = "ServiceUnavailable";
			HttpCodes[HttpCodes["GatewayTimeout"] = 504] = "GatewayTimeout";
		})(HttpCodes || (HttpCodes = {}));
		var Headers;
		(function(Headers) {
			Headers["Accept"] = "accept";
			Headers["ContentType"] = "content-type";
		})(Headers || (Headers = {}));
		var MediaTypes;
		(function(MediaTypes) {
			MediaTypes["ApplicationJson"] = "application/json";
		})(MediaTypes || (MediaTypes = {}));
		function lib_getProxyUrl(serverUrl) {
			const proxyUrl = pm.getProxyUrl(new URL(serverUrl));
			return proxyUrl ? proxyUrl.href : "";
		}
		const HttpRedirectCodes = [
			HttpCodes.MovedPermanently,
			HttpCodes.ResourceMoved,
			HttpCodes.SeeOther,
			HttpCodes.TemporaryRedirect,
			HttpCodes.PermanentRedirect
		];
		const HttpResponseRetryCodes = [
			HttpCodes.BadGateway,
			HttpCodes.ServiceUnavailable,
			HttpCodes.GatewayTimeout
		];
		const RetryableHttpVerbs = [
			"OPTIONS",
			"GET",
			"DELETE",
			"HEAD"
		];
		const ExponentialBackoffCeiling = 10;
		const ExponentialBackoffTimeSlice = 5;
		class HttpClientError extends Error {
			constructor(message, statusCode) {
				super(message);
				this.name = "HttpClientError";
				this.statusCode = statusCode;
				Object.setPrototypeOf(this, HttpClientError.prototype);
			}
		}
		class HttpClientResponse {
			constructor(message) {
				this.message = message;
			}
			readBody() {
				return __awaiter(this, void 0, void 0, function* () {
					return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
						let output = Buffer.alloc(0);
						this.message.on("data", (chunk) => {
							output = Buffer.concat([output, chunk]);
						});
						this.message.on("end", () => {
							resolve(output.toString());
						});
					}));
				});
			}
			readBodyBuffer() {
				return __awaiter(this, void 0, void 0, function* () {
					return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
						const chunks = [];
						this.message.on("data", (chunk) => {
							chunks.push(chunk);
						});
						this.message.on("end", () => {
							resolve(Buffer.concat(chunks));
						});
					}));
				});
			}
		}
		function isHttps(requestUrl) {
			const parsedUrl = new URL(requestUrl);
			return parsedUrl.protocol === "https:";
		}
		class HttpClient {
			constructor(userAgent, handlers, requestOptions) {
				this._ignoreSslError = false;
				this._allowRedirects = true;
				this._allowRedirectDowngrade = false;
				this._maxRedirects = 50;
				this._allowRetries = false;
				this._maxRetries = 1;
				this._keepAlive = false;
				this._disposed = false;
				this.userAgent = this._getUserAgentWithOrchestrationId(userAgent);
				this.handlers = handlers || [];
				this.requestOptions = requestOptions;
				if (requestOptions) {
					if (requestOptions.ignoreSslError != null) {
						this._ignoreSslError = requestOptions.ignoreSslError;
					}
					this._socketTimeout = requestOptions.socketTimeout;
					if (requestOptions.allowRedirects != null) {
						this._allowRedirects = requestOptions.allowRedirects;
					}
					if (requestOptions.allowRedirectDowngrade != null) {
						this._allowRedirectDowngrade = requestOptions.allowRedirectDowngrade;
					}
					if (requestOptions.maxRedirects != null) {
						this._maxRedirects = Math.max(requestOptions.maxRedirects, 0);
					}
					if (requestOptions.keepAlive != null) {
						this._keepAlive = requestOptions.keepAlive;
					}
					if (requestOptions.allowRetries != null) {
						this._allowRetries = requestOptions.allowRetries;
					}
					if (requestOptions.maxRetries != null) {
						this._maxRetries = requestOptions.maxRetries;
					}
				}
			}
			options(requestUrl, additionalHeaders) {
				return __awaiter(this, void 0, void 0, function* () {
					return this.request("OPTIONS", requestUrl, null, additionalHeaders || {});
				});
			}
			get(requestUrl, additionalHeaders) {
				return __awaiter(this, void 0, void 0, function* () {
					return this.request("GET", requestUrl, null, additionalHeaders || {});
				});
			}
			del(requestUrl, additionalHeaders) {
				return __awaiter(this, void 0, void 0, function* () {
					return this.request("DELETE", requestUrl, null, additionalHeaders || {});
				});
			}
			post(requestUrl, data, additionalHeaders) {
				return __awaiter(this, void 0, void 0, function* () {
					return this.request("POST", requestUrl, data, additionalHeaders || {});
				});
			}
			patch(requestUrl, data, additionalHeaders) {
				return __awaiter(this, void 0, void 0, function* () {
					return this.request("PATCH", requestUrl, data, additionalHeaders || {});
				});
			}
			put(requestUrl, data, additionalHeaders) {
				return __awaiter(this, void 0, void 0, function* () {
					return this.request("PUT", requestUrl, data, additionalHeaders || {});
				});
			}
			head(requestUrl, additionalHeaders) {
				return __awaiter(this, void 0, void 0, function* () {
					return this.request("HEAD", requestUrl, null, additionalHeaders || {});
				});
			}
			sendStream(verb, requestUrl, stream, additionalHeaders) {
				return __awaiter(this, void 0, void 0, function* () {
					return this.request(verb, requestUrl, stream, additionalHeaders);
				});
			}
			getJson(requestUrl_1) {
				return __awaiter(this, arguments, void 0, function* (requestUrl, additionalHeaders = {}) {
					additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
					const res = yield this.get(requestUrl, additionalHeaders);
					return this._processResponse(res, this.requestOptions);
				});
			}
			postJson(requestUrl_1, obj_1) {
				return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
					const data = JSON.stringify(obj, null, 2);
					additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
					additionalHeaders[Headers.ContentType] = this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
					const res = yield this.post(requestUrl, data, additionalHeaders);
					return this._processResponse(res, this.requestOptions);
				});
			}
			putJson(requestUrl_1, obj_1) {
				return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
					const data = JSON.stringify(obj, null, 2);
					additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
					additionalHeaders[Headers.ContentType] = this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
					const res = yield this.put(requestUrl, data, additionalHeaders);
					return this._processResponse(res, this.requestOptions);
				});
			}
			patchJson(requestUrl_1, obj_1) {
				return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
					const data = JSON.stringify(obj, null, 2);
					additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
					additionalHeaders[Headers.ContentType] = this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
					const res = yield this.patch(requestUrl, data, additionalHeaders);
					return this._processResponse(res, this.requestOptions);
				});
			}
			request(verb, requestUrl, data, headers) {
				return __awaiter(this, void 0, void 0, function* () {
					if (this._disposed) {
						throw new Error("Client has already been disposed.");
					}
					const parsedUrl = new URL(requestUrl);
					let info = this._prepareRequest(verb, parsedUrl, headers);
					const maxTries = this._allowRetries && RetryableHttpVerbs.includes(verb) ? this._maxRetries + 1 : 1;
					let numTries = 0;
					let response;
					do {
						response = yield this.requestRaw(info, data);
						if (response && response.message && response.message.statusCode === HttpCodes.Unauthorized) {
							let authenticationHandler;
							for (const handler of this.handlers) {
								if (handler.canHandleAuthentication(response)) {
									authenticationHandler = handler;
									break;
								}
							}
							if (authenticationHandler) {
								return authenticationHandler.handleAuthentication(this, info, data);
							} else {
								return response;
							}
						}
						let redirectsRemaining = this._maxRedirects;
						while (response.message.statusCode && HttpRedirectCodes.includes(response.message.statusCode) && this._allowRedirects && redirectsRemaining > 0) {
							const redirectUrl = response.message.headers["location"];
							if (!redirectUrl) {
								break;
							}
							const parsedRedirectUrl = new URL(redirectUrl);
							if (parsedUrl.protocol === "https:" && parsedUrl.protocol !== parsedRedirectUrl.protocol && !this._allowRedirectDowngrade) {
								throw new Error("Redirect from HTTPS to HTTP protocol. This downgrade is not allowed for security reasons. If you want to allow this behavior, set the allowRedirectDowngrade option to true.");
							}
							yield response.readBody();
							if (parsedRedirectUrl.hostname !== parsedUrl.hostname) {
								for (const header in headers) {
									if (header.toLowerCase() === "authorization") {
										delete headers[header];
									}
								}
							}
							info = this._prepareRequest(verb, parsedRedirectUrl, headers);
							response = yield this.requestRaw(info, data);
							redirectsRemaining--;
						}
						if (!response.message.statusCode || !HttpResponseRetryCodes.includes(response.message.statusCode)) {
							return response;
						}
						numTries += 1;
						if (numTries < maxTries) {
							yield response.readBody();
							yield this._performExponentialBackoff(numTries);
						}
					} while (numTries < maxTries);
					return response;
				});
			}
			dispose() {
				if (this._agent) {
					this._agent.destroy();
				}
				this._disposed = true;
			}
			requestRaw(info, data) {
				return __awaiter(this, void 0, void 0, function* () {
					return new Promise((resolve, reject) => {
						function callbackForResult(err, res) {
							if (err) {
								reject(err);
							} else if (!res) {
								reject(new Error("Unknown error"));
							} else {
								resolve(res);
							}
						}
						this.requestRawWithCallback(info, data, callbackForResult);
					});
				});
			}
			requestRawWithCallback(info, data, onResult) {
				if (typeof data === "string") {
					if (!info.options.headers) {
						info.options.headers = {};
					}
					info.options.headers["Content-Length"] = Buffer.byteLength(data, "utf8");
				}
				let callbackCalled = false;
				function handleResult(err, res) {
					if (!callbackCalled) {
						callbackCalled = true;
						onResult(err, res);
					}
				}
				const req = info.httpModule.request(info.options, (msg) => {
					const res = new HttpClientResponse(msg);
					handleResult(undefined, res);
				});
				let socket;
				req.on("socket", (sock) => {
					socket = sock;
				});
				req.setTimeout(this._socketTimeout || 3 * 6e4, () => {
					if (socket) {
						socket.end();
					}
					handleResult(new Error(`Request timeout: ${info.options.path}`));
				});
				req.on("error", function(err) {
					handleResult(err);
				});
				if (data && typeof data === "string") {
					req.write(data, "utf8");
				}
				if (data && typeof data !== "string") {
					data.on("close", function() {
						req.end();
					});
					data.pipe(req);
				} else {
					req.end();
				}
			}
			getAgent(serverUrl) {
				const parsedUrl = new URL(serverUrl);
				return this._getAgent(parsedUrl);
			}
			getAgentDispatcher(serverUrl) {
				const parsedUrl = new URL(serverUrl);
				const proxyUrl = getProxyUrl(parsedUrl);
				const useProxy = proxyUrl && proxyUrl.hostname;
				if (!useProxy) {
					return;
				}
				return this._getProxyAgentDispatcher(parsedUrl, proxyUrl);
			}
			_prepareRequest(method, requestUrl, headers) {
				const info = {};
				info.parsedUrl = requestUrl;
				const usingSsl = info.parsedUrl.protocol === "https:";
				info.httpModule = usingSsl ? external_https_namespaceObject : external_http_namespaceObject;
				const defaultPort = usingSsl ? 443 : 80;
				info.options = {};
				info.options.host = info.parsedUrl.hostname;
				info.options.port = info.parsedUrl.port ? parseInt(info.parsedUrl.port) : defaultPort;
				info.options.path = (info.parsedUrl.pathname || "") + (info.parsedUrl.search || "");
				info.options.method = method;
				info.options.headers = this._mergeHeaders(headers);
				if (this.userAgent != null) {
					info.options.headers["user-agent"] = this.userAgent;
				}
				info.options.agent = this._getAgent(info.parsedUrl);
				if (this.handlers) {
					for (const handler of this.handlers) {
						handler.prepareRequest(info.options);
					}
				}
				return info;
			}
			_mergeHeaders(headers) {
				if (this.requestOptions && this.requestOptions.headers) {
					return Object.assign({}, lowercaseKeys(this.requestOptions.headers), lowercaseKeys(headers || {}));
				}
				return lowercaseKeys(headers || {});
			}
			_getExistingOrDefaultHeader(additionalHeaders, header, _default) {
				let clientHeader;
				if (this.requestOptions && this.requestOptions.headers) {
					const headerValue = lowercaseKeys(this.requestOptions.headers)[header];
					if (headerValue) {
						clientHeader = typeof headerValue === "number" ? headerValue.toString() : headerValue;
					}
				}
				const additionalValue = additionalHeaders[header];
				if (additionalValue !== undefined) {
					return typeof additionalValue === "number" ? additionalValue.toString() : additionalValue;
				}
				if (clientHeader !== undefined) {
					return clientHeader;
				}
				return _default;
			}
			_getExistingOrDefaultContentTypeHeader(additionalHeaders, _default) {
				let clientHeader;
				if (this.requestOptions && this.requestOptions.headers) {
					const headerValue = lowercaseKeys(this.requestOptions.headers)[Headers.ContentType];
					if (headerValue) {
						if (typeof headerValue === "number") {
							clientHeader = String(headerValue);
						} else if (Array.isArray(headerValue)) {
							clientHeader = headerValue.join(", ");
						} else {
							clientHeader = headerValue;
						}
					}
				}
				const additionalValue = additionalHeaders[Headers.ContentType];
				if (additionalValue !== undefined) {
					if (typeof additionalValue === "number") {
						return String(additionalValue);
					} else if (Array.isArray(additionalValue)) {
						return additionalValue.join(", ");
					} else {
						return additionalValue;
					}
				}
				if (clientHeader !== undefined) {
					return clientHeader;
				}
				return _default;
			}
			_getAgent(parsedUrl) {
				let agent;
				const proxyUrl = getProxyUrl(parsedUrl);
				const useProxy = proxyUrl && proxyUrl.hostname;
				if (this._keepAlive && useProxy) {
					agent = this._proxyAgent;
				}
				if (!useProxy) {
					agent = this._agent;
				}
				if (agent) {
					return agent;
				}
				const usingSsl = parsedUrl.protocol === "https:";
				let maxSockets = 100;
				if (this.requestOptions) {
					maxSockets = this.requestOptions.maxSockets || external_http_.globalAgent.maxSockets;
				}
				if (proxyUrl && proxyUrl.hostname) {
					const agentOptions = {
						maxSockets,
						keepAlive: this._keepAlive,
						proxy: Object.assign(Object.assign({}, (proxyUrl.username || proxyUrl.password) && { proxyAuth: `${proxyUrl.username}:${proxyUrl.password}` }), {
							host: proxyUrl.hostname,
							port: proxyUrl.port
						})
					};
					let tunnelAgent;
					const overHttps = proxyUrl.protocol === "https:";
					if (usingSsl) {
						tunnelAgent = overHttps ? tunnel.httpsOverHttps : tunnel.httpsOverHttp;
					} else {
						tunnelAgent = overHttps ? tunnel.httpOverHttps : tunnel.httpOverHttp;
					}
					agent = tunnelAgent(agentOptions);
					this._proxyAgent = agent;
				}
				if (!agent) {
					const options = {
						keepAlive: this._keepAlive,
						maxSockets
					};
					agent = usingSsl ? new external_https_.Agent(options) : new external_http_.Agent(options);
					this._agent = agent;
				}
				if (usingSsl && this._ignoreSslError) {
					agent.options = Object.assign(agent.options || {}, { rejectUnauthorized: false });
				}
				return agent;
			}
			_getProxyAgentDispatcher(parsedUrl, proxyUrl) {
				let proxyAgent;
				if (this._keepAlive) {
					proxyAgent = this._proxyAgentDispatcher;
				}
				if (proxyAgent) {
					return proxyAgent;
				}
				const usingSsl = parsedUrl.protocol === "https:";
				proxyAgent = new ProxyAgent(Object.assign({
					uri: proxyUrl.href,
					pipelining: !this._keepAlive ? 0 : 1
				}, (proxyUrl.username || proxyUrl.password) && { token: `Basic ${Buffer.from(`${proxyUrl.username}:${proxyUrl.password}`).toString("base64")}` }));
				this._proxyAgentDispatcher = proxyAgent;
				if (usingSsl && this._ignoreSslError) {
					proxyAgent.options = Object.assign(proxyAgent.options.requestTls || {}, { rejectUnauthorized: false });
				}
				return proxyAgent;
			}
			_getUserAgentWithOrchestrationId(userAgent) {
				const baseUserAgent = userAgent || "actions/http-client";
				const orchId = process.env["ACTIONS_ORCHESTRATION_ID"];
				if (orchId) {
					const sanitizedId = orchId.replace(/[^a-z0-9_.-]/gi, "_");
					return `${baseUserAgent} actions_orchestration_id/${sanitizedId}`;
				}
				return baseUserAgent;
			}
			_performExponentialBackoff(retryNumber) {
				return __awaiter(this, void 0, void 0, function* () {
					retryNumber = Math.min(ExponentialBackoffCeiling, retryNumber);
					const ms = ExponentialBackoffTimeSlice * Math.pow(2, retryNumber);
					return new Promise((resolve) => setTimeout(() => resolve(), ms));
				});
			}
			_processResponse(res, options) {
				return __awaiter(this, void 0, void 0, function* () {
					return new Promise((resolve, reject) => __awaiter(this, void 0, void 0, function* () {
						const statusCode = res.message.statusCode || 0;
						const response = {
							statusCode,
							result: null,
							headers: {}
						};
						if (statusCode === HttpCodes.NotFound) {
							resolve(response);
						}
						function dateTimeDeserializer(key, value) {
							if (typeof value === "string") {
								const a = new Date(value);
								if (!isNaN(a.valueOf())) {
									return a;
								}
							}
							return value;
						}
						let obj;
						let contents;
						try {
							contents = yield res.readBody();
							if (contents && contents.length > 0) {
								if (options && options.deserializeDates) {
									obj = JSON.parse(contents, dateTimeDeserializer);
								} else {
									obj = JSON.parse(contents);
								}
								response.result = obj;
							}
							response.headers = res.message.headers;
						} catch (err) {}
						if (statusCode > 299) {
							let msg;
							if (obj && obj.message) {
								msg = obj.message;
							} else if (contents && contents.length > 0) {
								msg = contents;
							} else {
								msg = `Failed request: (${statusCode})`;
							}
							const err = new HttpClientError(msg, statusCode);
							err.result = response.result;
							reject(err);
						} else {
							resolve(response);
						}
					}));
				});
			}
		}
		const lowercaseKeys = (obj) => Object.keys(obj).reduce((c, k) => (c[k.toLowerCase()] = obj[k], c), {});
		;
		var auth_awaiter = undefined && undefined.__awaiter || function(thisArg, _arguments, P, generator) {
			function adopt(value) {
				return value instanceof P ? value : new P(function(resolve) {
					resolve(value);
				});
			}
			return new (P || (P = Promise))(function(resolve, reject) {
				function fulfilled(value) {
					try {
						step(generator.next(value));
					} catch (e) {
						reject(e);
					}
				}
				function rejected(value) {
					try {
						step(generator["throw"](value));
					} catch (e) {
						reject(e);
					}
				}
				function step(result) {
					result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
				}
				step((generator = generator.apply(thisArg, _arguments || [])).next());
			});
		};
		class BasicCredentialHandler {
			constructor(username, password) {
				this.username = username;
				this.password = password;
			}
			prepareRequest(options) {
				if (!options.headers) {
					throw Error("The request has no headers");
				}
				options.headers["Authorization"] = `Basic ${Buffer.from(`${this.username}:${this.password}`).toString("base64")}`;
			}
			canHandleAuthentication() {
				return false;
			}
			handleAuthentication() {
				return auth_awaiter(this, void 0, void 0, function* () {
					throw new Error("not implemented");
				});
			}
		}
		class BearerCredentialHandler {
			constructor(token) {
				this.token = token;
			}
			prepareRequest(options) {
				if (!options.headers) {
					throw Error("The request has no headers");
				}
				options.headers["Authorization"] = `Bearer ${this.token}`;
			}
			canHandleAuthentication() {
				return false;
			}
			handleAuthentication() {
				return auth_awaiter(this, void 0, void 0, function* () {
					throw new Error("not implemented");
				});
			}
		}
		class PersonalAccessTokenCredentialHandler {
			constructor(token) {
				this.token = token;
			}
			prepareRequest(options) {
				if (!options.headers) {
					throw Error("The request has no headers");
				}
				options.headers["Authorization"] = `Basic ${Buffer.from(`PAT:${this.token}`).toString("base64")}`;
			}
			canHandleAuthentication() {
				return false;
			}
			handleAuthentication() {
				return auth_awaiter(this, void 0, void 0, function* () {
					throw new Error("not implemented");
				});
			}
		}
		;
		var oidc_utils_awaiter = undefined && undefined.__awaiter || function(thisArg, _arguments, P, generator) {
			function adopt(value) {
				return value instanceof P ? value : new P(function(resolve) {
					resolve(value);
				});
			}
			return new (P || (P = Promise))(function(resolve, reject) {
				function fulfilled(value) {
					try {
						step(generator.next(value));
					} catch (e) {
						reject(e);
					}
				}
				function rejected(value) {
					try {
						step(generator["throw"](value));
					} catch (e) {
						reject(e);
					}
				}
				function step(result) {
					result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
				}
				step((generator = generator.apply(thisArg, _arguments || [])).next());
			});
		};
		class OidcClient {
			static createHttpClient(allowRetry = true, maxRetry = 10) {
				const requestOptions = {
					allowRetries: allowRetry,
					maxRetries: maxRetry
				};
				return new HttpClient("actions/oidc-client", [new BearerCredentialHandler(OidcClient.getRequestToken())], requestOptions);
			}
			static getRequestToken() {
				const token = process.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
				if (!token) {
					throw new Error("Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable");
				}
				return token;
			}
			static getIDTokenUrl() {
				const runtimeUrl = process.env["ACTIONS_ID_TOKEN_REQUEST_URL"];
				if (!runtimeUrl) {
					throw new Error("Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable");
				}
				return runtimeUrl;
			}
			static getCall(id_token_url) {
				return oidc_utils_awaiter(this, void 0, void 0, function* () {
					var _a;
					const httpclient = OidcClient.createHttpClient();
					const res = yield httpclient.getJson(id_token_url).catch((error) => {
						throw new Error(`Failed to get ID Token. \n 
        Error Code : ${error.statusCode}\n 
        Error Message: ${error.message}`);
					});
					const id_token = (_a = res.result) === null || _a === void 0 ? void 0 : _a.value;
					if (!id_token) {
						throw new Error("Response json body do not have ID Token field");
					}
					return id_token;
				});
			}
			static getIDToken(audience) {
				return oidc_utils_awaiter(this, void 0, void 0, function* () {
					try {
						let id_token_url = OidcClient.getIDTokenUrl();
						if (audience) {
							const encodedAudience = encodeURIComponent(audience);
							id_token_url = `${id_token_url}&audience=${encodedAudience}`;
						}
						debug(`ID token url is ${id_token_url}`);
						const id_token = yield OidcClient.getCall(id_token_url);
						setSecret(id_token);
						return id_token;
					} catch (error) {
						throw new Error(`Error message: ${error.message}`);
					}
				});
			}
		}
		;
		var summary_awaiter = undefined && undefined.__awaiter || function(thisArg, _arguments, P, generator) {
			function adopt(value) {
				return value instanceof P ? value : new P(function(resolve) {
					resolve(value);
				});
			}
			return new (P || (P = Promise))(function(resolve, reject) {
				function fulfilled(value) {
					try {
						step(generator.next(value));
					} catch (e) {
						reject(e);
					}
				}
				function rejected(value) {
					try {
						step(generator["throw"](value));
					} catch (e) {
						reject(e);
					}
				}
				function step(result) {
					result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
				}
				step((generator = generator.apply(thisArg, _arguments || [])).next());
			});
		};
		const { access, appendFile, writeFile } = external_fs_.promises;
		const SUMMARY_ENV_VAR = "GITHUB_STEP_SUMMARY";
		const SUMMARY_DOCS_URL = "https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary";
		class Summary {
			constructor() {
				this._buffer = "";
			}
			filePath() {
				return summary_awaiter(this, void 0, void 0, function* () {
					if (this._filePath) {
						return this._filePath;
					}
					const pathFromEnv = process.env[SUMMARY_ENV_VAR];
					if (!pathFromEnv) {
						throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
					}
					try {
						yield access(pathFromEnv, external_fs_.constants.R_OK | external_fs_.constants.W_OK);
					} catch (_a) {
						throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
					}
					this._filePath = pathFromEnv;
					return this._filePath;
				});
			}
			wrap(tag, content, attrs = {}) {
				const htmlAttrs = Object.entries(attrs).map(([key, value]) => ` ${key}="${value}"`).join("");
				if (!content) {
					return `<${tag}${htmlAttrs}>`;
				}
				return `<${tag}${htmlAttrs}>${content}</${tag}>`;
			}
			write(options) {
				return summary_awaiter(this, void 0, void 0, function* () {
					const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
					const filePath = yield this.filePath();
					const writeFunc = overwrite ? writeFile : appendFile;
					yield writeFunc(filePath, this._buffer, { encoding: "utf8" });
					return this.emptyBuffer();
				});
			}
			clear() {
				return summary_awaiter(this, void 0, void 0, function* () {
					return this.emptyBuffer().write({ overwrite: true });
				});
			}
			stringify() {
				return this._buffer;
			}
			isEmptyBuffer() {
				return this._buffer.length === 0;
			}
			emptyBuffer() {
				this._buffer = "";
				return this;
			}
			addRaw(text, addEOL = false) {
				this._buffer += text;
				return addEOL ? this.addEOL() : this;
			}
			addEOL() {
				return this.addRaw(external_os_namespaceObject.EOL);
			}
			addCodeBlock(code, lang) {
				const attrs = Object.assign({}, lang && { lang });
				const element = this.wrap("pre", this.wrap("code", code), attrs);
				return this.addRaw(element).addEOL();
			}
			addList(items, ordered = false) {
				const tag = ordered ? "ol" : "ul";
				const listItems = items.map((item) => this.wrap("li", item)).join("");
				const element = this.wrap(tag, listItems);
				return this.addRaw(element).addEOL();
			}
			addTable(rows) {
				const tableBody = rows.map((row) => {
					const cells = row.map((cell) => {
						if (typeof cell === "string") {
							return this.wrap("td", cell);
						}
						const { header, data, colspan, rowspan } = cell;
						const tag = header ? "th" : "td";
						const attrs = Object.assign(Object.assign({}, colspan && { colspan }), rowspan && { rowspan });
						return this.wrap(tag, data, attrs);
					}).join("");
					return this.wrap("tr", cells);
				}).join("");
				const element = this.wrap("table", tableBody);
				return this.addRaw(element).addEOL();
			}
			addDetails(label, content) {
				const element = this.wrap("details", this.wrap("summary", label) + content);
				return this.addRaw(element).addEOL();
			}
			addImage(src, alt, options) {
				const { width, height } = options || {};
				const attrs = Object.assign(Object.assign({}, width && { width }), height && { height });
				const element = this.wrap("img", null, Object.assign({
					src,
					alt
				}, attrs));
				return this.addRaw(element).addEOL();
			}
			addHeading(text, level) {
				const tag = `h${level}`;
				const allowedTag = [
					"h1",
					"h2",
					"h3",
					"h4",
					"h5",
					"h6"
				].includes(tag) ? tag : "h1";
				const element = this.wrap(allowedTag, text);
				return this.addRaw(element).addEOL();
			}
			addSeparator() {
				const element = this.wrap("hr", null);
				return this.addRaw(element).addEOL();
			}
			addBreak() {
				const element = this.wrap("br", null);
				return this.addRaw(element).addEOL();
			}
			addQuote(text, cite) {
				const attrs = Object.assign({}, cite && { cite });
				const element = this.wrap("blockquote", text, attrs);
				return this.addRaw(element).addEOL();
			}
			addLink(text, href) {
				const element = this.wrap("a", text, { href });
				return this.addRaw(element).addEOL();
			}
		}
		const _summary = new Summary();
		const markdownSummary = _summary;
		const summary = _summary;
		;
		function toPosixPath(pth) {
			return pth.replace(/[\\]/g, "/");
		}
		function toWin32Path(pth) {
			return pth.replace(/[/]/g, "\\");
		}
		function toPlatformPath(pth) {
			return pth.replace(/[/\\]/g, external_path_.sep);
		}
		;
		function refuse() {
			throw new Error("@actions/exec is not bundled: starting programs is not supported here");
		}
		const exec = null && refuse;
		const getExecOutput = refuse;
		var platform_awaiter = undefined && undefined.__awaiter || function(thisArg, _arguments, P, generator) {
			function adopt(value) {
				return value instanceof P ? value : new P(function(resolve) {
					resolve(value);
				});
			}
			return new (P || (P = Promise))(function(resolve, reject) {
				function fulfilled(value) {
					try {
						step(generator.next(value));
					} catch (e) {
						reject(e);
					}
				}
				function rejected(value) {
					try {
						step(generator["throw"](value));
					} catch (e) {
						reject(e);
					}
				}
				function step(result) {
					result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
				}
				step((generator = generator.apply(thisArg, _arguments || [])).next());
			});
		};
		const getWindowsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
			const { stdout: version } = yield getExecOutput("powershell -command \"(Get-CimInstance -ClassName Win32_OperatingSystem).Version\"", undefined, { silent: true });
			const { stdout: name } = yield getExecOutput("powershell -command \"(Get-CimInstance -ClassName Win32_OperatingSystem).Caption\"", undefined, { silent: true });
			return {
				name: name.trim(),
				version: version.trim()
			};
		});
		const getMacOsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
			var _a, _b, _c, _d;
			const { stdout } = yield getExecOutput("sw_vers", undefined, { silent: true });
			const version = (_b = (_a = stdout.match(/ProductVersion:\s*(.+)/)) === null || _a === void 0 ? void 0 : _a[1]) !== null && _b !== void 0 ? _b : "";
			const name = (_d = (_c = stdout.match(/ProductName:\s*(.+)/)) === null || _c === void 0 ? void 0 : _c[1]) !== null && _d !== void 0 ? _d : "";
			return {
				name,
				version
			};
		});
		const getLinuxInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
			const { stdout } = yield getExecOutput("lsb_release", [
				"-i",
				"-r",
				"-s"
			], { silent: true });
			const [name, version] = stdout.trim().split("\n");
			return {
				name,
				version
			};
		});
		const platform = external_os_namespaceObject.platform();
		const arch = external_os_namespaceObject.arch();
		const isWindows = platform === "win32";
		const isMacOS = platform === "darwin";
		const isLinux = platform === "linux";
		function getDetails() {
			return platform_awaiter(this, void 0, void 0, function* () {
				return Object.assign(Object.assign({}, yield isWindows ? getWindowsInfo() : isMacOS ? getMacOsInfo() : getLinuxInfo()), {
					platform,
					arch,
					isWindows,
					isMacOS,
					isLinux
				});
			});
		}
		;
		var core_awaiter = undefined && undefined.__awaiter || function(thisArg, _arguments, P, generator) {
			function adopt(value) {
				return value instanceof P ? value : new P(function(resolve) {
					resolve(value);
				});
			}
			return new (P || (P = Promise))(function(resolve, reject) {
				function fulfilled(value) {
					try {
						step(generator.next(value));
					} catch (e) {
						reject(e);
					}
				}
				function rejected(value) {
					try {
						step(generator["throw"](value));
					} catch (e) {
						reject(e);
					}
				}
				function step(result) {
					result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
				}
				step((generator = generator.apply(thisArg, _arguments || [])).next());
			});
		};
		var ExitCode;
		(function(ExitCode) {
			ExitCode[ExitCode["Success"] = 0] = "Success";
			ExitCode[ExitCode["Failure"] = 1] = "Failure";
		})(ExitCode || (ExitCode = {}));
		function exportVariable(name, val) {
			const convertedVal = toCommandValue(val);
			process.env[name] = convertedVal;
			const filePath = process.env["GITHUB_ENV"] || "";
			if (filePath) {
				return issueFileCommand("ENV", prepareKeyValueMessage(name, val));
			}
			issueCommand("set-env", { name }, convertedVal);
		}
		function setSecret(secret) {
			issueCommand("add-mask", {}, secret);
		}
		function addPath(inputPath) {
			const filePath = process.env["GITHUB_PATH"] || "";
			if (filePath) {
				issueFileCommand("PATH", inputPath);
			} else {
				issueCommand("add-path", {}, inputPath);
			}
			process.env["PATH"] = `${inputPath}${external_path_.delimiter}${process.env["PATH"]}`;
		}
		function getInput(name, options) {
			const val = process.env[`INPUT_${name.replace(/ /g, "_").toUpperCase()}`] || "";
			if (options && options.required && !val) {
				throw new Error(`Input required and not supplied: ${name}`);
			}
			if (options && options.trimWhitespace === false) {
				return val;
			}
			return val.trim();
		}
		function getMultilineInput(name, options) {
			const inputs = getInput(name, options).split("\n").filter((x) => x !== "");
			if (options && options.trimWhitespace === false) {
				return inputs;
			}
			return inputs.map((input) => input.trim());
		}
		function getBooleanInput(name, options) {
			const trueValue = [
				"true",
				"True",
				"TRUE"
			];
			const falseValue = [
				"false",
				"False",
				"FALSE"
			];
			const val = getInput(name, options);
			if (trueValue.includes(val)) return true;
			if (falseValue.includes(val)) return false;
			throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` + `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
		}
		function setOutput(name, value) {
			const filePath = process.env["GITHUB_OUTPUT"] || "";
			if (filePath) {
				return issueFileCommand("OUTPUT", prepareKeyValueMessage(name, value));
			}
			process.stdout.write(external_os_namespaceObject.EOL);
			issueCommand("set-output", { name }, toCommandValue(value));
		}
		function setCommandEcho(enabled) {
			issue("echo", enabled ? "on" : "off");
		}
		function setFailed(message) {
			process.exitCode = ExitCode.Failure;
			error(message);
		}
		function isDebug() {
			return process.env["RUNNER_DEBUG"] === "1";
		}
		function debug(message) {
			issueCommand("debug", {}, message);
		}
		function error(message, properties = {}) {
			issueCommand("error", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
		}
		function warning(message, properties = {}) {
			issueCommand("warning", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
		}
		function notice(message, properties = {}) {
			issueCommand("notice", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
		}
		function info(message) {
			process.stdout.write(message + external_os_namespaceObject.EOL);
		}
		function startGroup(name) {
			issue("group", name);
		}
		function endGroup() {
			issue("endgroup");
		}
		function group(name, fn) {
			return core_awaiter(this, void 0, void 0, function* () {
				startGroup(name);
				let result;
				try {
					result = yield fn();
				} finally {
					endGroup();
				}
				return result;
			});
		}
		function saveState(name, value) {
			const filePath = process.env["GITHUB_STATE"] || "";
			if (filePath) {
				return issueFileCommand("STATE", prepareKeyValueMessage(name, value));
			}
			issueCommand("save-state", { name }, toCommandValue(value));
		}
		function getState(name) {
			return process.env[`STATE_${name}`] || "";
		}
		function getIDToken(aud) {
			return core_awaiter(this, void 0, void 0, function* () {
				return yield OidcClient.getIDToken(aud);
			});
		}
		;
		function isTrustedUrl(url, trust) {
			if (!URL.canParse(url)) return false;
			const { origin, protocol, host, hostname, username, password } = new URL(url);
			if (username !== "" || password !== "" || hasUserInfo(url)) return false;
			if (protocol !== new URL(trust.origin).protocol) return false;
			if (origin === trust.origin) return true;
			if (!trust.subdomains || protocol !== "https:") return false;
			return host === hostname && hostname.endsWith(`.${new URL(trust.origin).hostname}`);
		}
		function hasUserInfo(url) {
			const authority = /^[a-z][a-z0-9+.-]*:[\\/]*([^\\/?#]*)/i.exec(url)?.[1] ?? "";
			return authority.includes("@");
		}
		const MAX_URL_LENGTH_CHARS = 32768;
		function resolvePollingUrl(value, askedUrl, trust) {
			const text = value?.trim();
			if (!text || text.length > MAX_URL_LENGTH_CHARS || hasControlCharacter(text)) return undefined;
			const absolute = isPath(text) ? new URL(askedUrl).origin + text : text;
			if (!isTrustedUrl(absolute, trust)) return undefined;
			const fragment = absolute.indexOf("#");
			return fragment < 0 ? absolute : absolute.slice(0, fragment);
		}
		function isPath(text) {
			return /^\/(?![\\/])/.test(text);
		}
		function hasControlCharacter(text) {
			return [...text].some((character) => character.charCodeAt(0) <= 32 || character === "");
		}
		const POLLING_HEADER_NAMES = {
			asyncOperation: "Azure-AsyncOperation",
			operationLocation: "Operation-Location",
			location: "Location"
		};
		function readPollingHeaders(response, askedUrl, trust) {
			const read = (name) => {
				const value = response.headers[name.toLowerCase()];
				if (value === undefined || value.trim() === "") return { kind: "absent" };
				const url = resolvePollingUrl(value, askedUrl, trust);
				return url === undefined ? { kind: "unusable" } : {
					kind: "usable",
					url: withApiVersion(url, askedUrl),
					relative: isPath(value.trim())
				};
			};
			return {
				asyncOperation: read(POLLING_HEADER_NAMES.asyncOperation),
				operationLocation: read(POLLING_HEADER_NAMES.operationLocation),
				location: read(POLLING_HEADER_NAMES.location)
			};
		}
		function withApiVersion(url, askedUrl) {
			if (readApiVersion(url) !== undefined) return url;
			const apiVersion = readApiVersion(askedUrl);
			if (apiVersion === undefined) return url;
			const separator = !url.includes("?") ? "?" : /[?&]$/.test(url) ? "" : "&";
			return `${url}${separator}api-version=${apiVersion}`;
		}
		function readApiVersion(url) {
			return /[?&]api-version=([^&#]*)/i.exec(url)?.[1];
		}
		function isSelfReference(location, requestUrl) {
			const one = new URL(location);
			const other = new URL(requestUrl);
			return normalizePath(one.pathname) === normalizePath(other.pathname) && ownQuery(one) === ownQuery(other);
		}
		function isSamePath(one, other) {
			return normalizePath(new URL(one).pathname) === normalizePath(new URL(other).pathname);
		}
		function normalizePath(path) {
			return path.replace(/\/+$/, "").toLowerCase();
		}
		function ownQuery(url) {
			const pairs = [...url.searchParams].filter(([name]) => name.toLowerCase() !== "api-version");
			return JSON.stringify(pairs.sort());
		}
		function describePollingUrl(url) {
			return new URL(url).pathname;
		}
		;
		const consumers_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/consumers");
		;
		class NoAnswerError extends Error {
			name = "NoAnswerError";
			sent;
			constructor(message, sent, options) {
				super(message, options);
				this.sent = sent;
			}
		}
		const MAX_TIMER_MS = 2147483647;
		const MAX_HEADER_BYTES = 65536;
		const MAX_IDLE_MS = 1e3;
		function createHttp(userAgent, now) {
			const clients = [];
			const open = () => {
				const client = new HttpClient(userAgent, [], CLIENT_OPTIONS);
				clients.push(client);
				return client;
			};
			let client = open();
			let lastUsedMs = Number.NEGATIVE_INFINITY;
			return {
				send: async (request, options) => {
					const isStale = Number.isFinite(lastUsedMs) && now() - lastUsedMs > MAX_IDLE_MS;
					if (options.fresh === true && isStale) client = open();
					try {
						return await exchange(client, request, options);
					} finally {
						lastUsedMs = now();
					}
				},
				close: () => {
					for (const opened of clients) opened.dispose();
				}
			};
		}
		const CLIENT_OPTIONS = {
			keepAlive: true,
			allowRedirects: false,
			allowRetries: false
		};
		function cutAfter(timeoutMs, signal) {
			const wholeMs = Math.min(MAX_TIMER_MS, Math.max(1, Math.ceil(timeoutMs)));
			return AbortSignal.any([signal, AbortSignal.timeout(wholeMs)]);
		}
		async function exchange(client, request, { timeoutMs, signal }) {
			if (signal.aborted) throw new NoAnswerError("ended before it was sent", false);
			const cut = cutAfter(timeoutMs, signal);
			try {
				client.handlers = [perRequestHandler(request.url, cut)];
				const sent = client.request(request.method, request.url, request.body ?? null, { ...request.headers });
				return await readWhole(await sent);
			} catch (error) {
				throw toNoAnswer(error, cut, timeoutMs);
			}
		}
		function perRequestHandler(url, signal) {
			return {
				prepareRequest: (options) => {
					options.signal = signal;
					options.maxHeaderSize = MAX_HEADER_BYTES;
					const verbatim = verbatimPath(url);
					if (verbatim !== undefined) options.path = verbatim;
				},
				canHandleAuthentication: () => false,
				handleAuthentication: () => Promise.reject(new Error("not used: 401 is answered by the client"))
			};
		}
		function verbatimPath(url) {
			const match = /^[a-z]+:\/\/[^/?#]*(\/[^#]*)/i.exec(url);
			const path = match?.[1];
			return path !== undefined && /^[\x21-\x7e]+$/.test(path) ? path : undefined;
		}
		async function readWhole(answered) {
			const { message } = answered;
			const text = await (0, consumers_namespaceObject.text)(message);
			const headers = {};
			for (const [name, values] of Object.entries(message.headersDistinct)) {
				const first = values?.[0];
				if (first !== undefined) headers[name] = first;
			}
			return {
				status: message.statusCode ?? 0,
				headers,
				body: parseBody(text, headers["content-type"])
			};
		}
		function parseBody(received, contentType) {
			const text = received.startsWith("﻿") ? received.slice(1) : received;
			const start = /^\s*(.{0,15})/s.exec(text)?.[1] ?? "";
			if (start === "") return { kind: "empty" };
			if (/[/+]json\b/i.test(contentType ?? "") || /^[{[]/.test(start)) {
				const value = tryParseJson(text);
				return value === undefined ? {
					kind: "malformed",
					text
				} : {
					kind: "json",
					value,
					text
				};
			}
			const isHtml = /\btext\/html\b/i.test(contentType ?? "") || /^<(!doctype\s+html|html)\b/i.test(start);
			return isHtml ? {
				kind: "malformed",
				text
			} : {
				kind: "text",
				text
			};
		}
		function tryParseJson(text) {
			try {
				return JSON.parse(text);
			} catch {
				return undefined;
			}
		}
		const CONNECT_SYSCALLS = new Set(["connect", "getaddrinfo"]);
		const UNSENT_ERROR_CODES = new Set([
			"ERR_TLS_CERT_ALTNAME_INVALID",
			"CERT_HAS_EXPIRED",
			"CERT_NOT_YET_VALID",
			"DEPTH_ZERO_SELF_SIGNED_CERT",
			"SELF_SIGNED_CERT_IN_CHAIN",
			"UNABLE_TO_GET_ISSUER_CERT",
			"UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
			"UNABLE_TO_VERIFY_LEAF_SIGNATURE",
			"ERR_INVALID_CHAR",
			"ERR_UNESCAPED_CHARACTERS"
		]);
		const UNSENT_MESSAGES = /before secure TLS connection|tunneling socket could not be established/i;
		function toNoAnswer(error, cut, timeoutMs) {
			const reason = findReason(error);
			const code = readDetail(reason, "code");
			const isTimeout = cut.aborted && cut.reason instanceof Error && cut.reason.name === "TimeoutError";
			const message = isTimeout ? `no whole answer within ${Math.round(timeoutMs / 100) / 10} s` : `${code === "" ? "" : `${code}: `}${reason.message}`;
			return new NoAnswerError(message, !isUnsent(reason), { cause: reason });
		}
		function isUnsent(reason) {
			return CONNECT_SYSCALLS.has(readDetail(reason, "syscall")) || UNSENT_ERROR_CODES.has(readDetail(reason, "code")) || UNSENT_MESSAGES.test(reason.message);
		}
		function readDetail(error, name) {
			const value = Reflect.get(error, name);
			return typeof value === "string" ? value : "";
		}
		function findReason(error) {
			const [first] = error instanceof AggregateError ? error.errors : [error];
			return first instanceof Error ? first : new Error(String(first));
		}
		;
		const REPEATED_HEADERS = new Set(["x-ms-client-request-id", "accept-language"]);
		function chooseTracing(headers, ownId) {
			const own = lowerCaseNames(headers);
			return {
				clientRequestId: own["x-ms-client-request-id"] ?? ownId,
				correlationId: own["x-ms-correlation-request-id"] ?? ownId
			};
		}
		function createArmClient(settings) {
			const own = lowerCaseNames(settings.headers);
			const repeated = Object.fromEntries(Object.entries(own).filter(([name]) => REPEATED_HEADERS.has(name)));
			const base = {
				accept: "application/json",
				"accept-language": "en-US",
				"x-ms-client-request-id": settings.tracing.clientRequestId,
				"x-ms-correlation-request-id": settings.tracing.correlationId,
				"x-ms-return-client-request-id": "true"
			};
			return {
				send: ({ method, url, body }, options) => {
					const content = body === undefined ? {} : { "content-type": "application/json" };
					const headers = {
						...base,
						...content,
						...own
					};
					const request = {
						method,
						url,
						headers,
						...body === undefined ? {} : { body }
					};
					return sendWithToken(settings, request, options);
				},
				get: (url, options) => sendWithToken(settings, {
					method: "GET",
					url,
					headers: {
						...base,
						...repeated
					}
				}, options)
			};
		}
		function lowerCaseNames(headers) {
			return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
		}
		async function sendWithToken(settings, request, options) {
			const { http, tokens, trust } = settings;
			if (!isTrustedUrl(request.url, trust)) {
				throw new NoAnswerError("the URL is not on the trusted endpoint, so nothing was sent", false);
			}
			const cut = cutAfter(options.timeoutMs, options.signal);
			const attempt = async (forceRefresh) => {
				const token = await askForToken(tokens, cut, forceRefresh);
				const headers = {
					...request.headers,
					authorization: `Bearer ${token}`
				};
				return http.send({
					...request,
					headers
				}, {
					...options,
					signal: cut
				});
			};
			const answer = await attempt(false);
			return answer.status === 401 && tokens.canRefresh ? attempt(true) : answer;
		}
		async function askForToken(tokens, signal, forceRefresh) {
			try {
				return await tokens.getToken({
					signal,
					forceRefresh
				});
			} catch (error) {
				if (!signal.aborted) throw error;
				throw new NoAnswerError("no access token in time, so nothing was sent", false, { cause: error });
			}
		}
		;
		function readObject(body) {
			return body.kind === "json" ? asObject(body.value) : undefined;
		}
		function asObject(value) {
			return isObject(value) ? value : undefined;
		}
		function isObject(value) {
			return typeof value === "object" && value !== null && !Array.isArray(value);
		}
		function readField(object, name) {
			if (object === undefined) return undefined;
			if (Object.hasOwn(object, name)) return object[name];
			const wanted = name.toLowerCase();
			const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === wanted);
			return key === undefined ? undefined : object[key];
		}
		function readStatus(body) {
			return toStateField(readField(readObject(body), "status"));
		}
		function readProvisioningState(body) {
			const object = readObject(body);
			const inner = toStateField(readField(asObject(readField(object, "properties")), "provisioningState"));
			return inner.kind === "absent" ? toStateField(readField(object, "provisioningState")) : inner;
		}
		function toStateField(value) {
			if (value === undefined || value === null) return { kind: "absent" };
			if (typeof value !== "string") return { kind: "malformed" };
			return value.trim() === "" ? { kind: "absent" } : {
				kind: "word",
				word: value.trim()
			};
		}
		function readPercentComplete(body) {
			const value = readField(readObject(body), "percentComplete");
			return typeof value === "number" && value >= 0 && value <= 100 ? value : undefined;
		}
		function hasContent(response) {
			const { body } = response;
			if (body.kind === "json") return body.value !== null;
			return body.kind === "text";
		}
		;
		function findResourceId(request, result) {
			const path = readPath(request.url);
			const id = request.method === "POST" ? removeAction(path) : path;
			if (request.method === "PUT" || request.method === "PATCH") {
				const named = result === undefined ? undefined : readField(readObject(result.body), "id");
				if (typeof named === "string" && isResourceId(named) && haveSameName(named, id)) return named;
			}
			return isResourceId(id) ? id : undefined;
		}
		function readPath(url) {
			const path = new URL(url).pathname.replace(/\/+$/, "");
			try {
				const decoded = decodeURI(path);
				return isResourceId(decoded) ? decoded : path;
			} catch {
				return path;
			}
		}
		function isResourceId(text) {
			return /^\/(subscriptions|providers)\/[^\s?#\p{C}]+$/iu.test(text) && text.length <= 2048;
		}
		function haveSameName(one, other) {
			const [name, otherName] = [one, other].map((id) => id.split("/").at(-1)?.toLowerCase());
			return name === otherName;
		}
		function removeAction(path) {
			const providers = path.toLowerCase().lastIndexOf("/providers/");
			const segments = path.slice(Math.max(0, providers) + 1).split("/");
			const pairs = providers < 0 ? segments : segments.slice(2);
			return pairs.length % 2 === 0 ? path : path.slice(0, path.lastIndexOf("/"));
		}
		function findPortalUrl(portalOrigin, resourceId) {
			if (portalOrigin === undefined || resourceId === undefined) return undefined;
			if (/\/providers\/microsoft\.resources\/deployments\/[^/]+$/i.test(resourceId)) {
				const id = encodeURIComponent(resourceId);
				return `${portalOrigin}/#view/HubsExtension/DeploymentDetailsBlade/~/overview/id/${id}`;
			}
			return `${portalOrigin}/#@/resource${encodeURI(resourceId)}`;
		}
		var errors = __nccwpck_require__(452);
		;
		const CLOUD_NAMES = [
			"AzureCloud",
			"AzureUSGovernment",
			"AzureChinaCloud",
			"AzureBleuCloud",
			"AzureDelosCloud",
			"custom"
		];
		const BUILT_IN_CLOUDS = {
			AzureCloud: {
				resourceManagerEndpoint: "https://management.azure.com",
				audience: "https://management.core.windows.net/",
				authorityHost: "https://login.microsoftonline.com",
				idTokenAudience: "api://AzureADTokenExchange",
				portalOrigin: "https://portal.azure.com"
			},
			AzureUSGovernment: {
				resourceManagerEndpoint: "https://management.usgovcloudapi.net",
				audience: "https://management.core.usgovcloudapi.net/",
				authorityHost: "https://login.microsoftonline.us",
				idTokenAudience: "api://AzureADTokenExchangeUSGov",
				portalOrigin: "https://portal.azure.us"
			},
			AzureChinaCloud: {
				resourceManagerEndpoint: "https://management.chinacloudapi.cn",
				audience: "https://management.core.chinacloudapi.cn/",
				authorityHost: "https://login.chinacloudapi.cn",
				idTokenAudience: "api://AzureADTokenExchangeChina",
				portalOrigin: "https://portal.azure.cn"
			},
			AzureBleuCloud: {
				resourceManagerEndpoint: "https://management.sovcloud-api.fr",
				audience: "https://management.sovcloud-api.fr/",
				authorityHost: "https://login.sovcloud-identity.fr",
				idTokenAudience: "api://AzureADTokenExchangeFrance"
			},
			AzureDelosCloud: {
				resourceManagerEndpoint: "https://management.sovcloud-api.de",
				audience: "https://management.sovcloud-api.de/",
				authorityHost: "https://login.sovcloud-identity.de",
				idTokenAudience: "api://AzureADTokenExchangeGermany"
			}
		};
		const REFUSED_NAMES = new Map([["azuregermancloud", "is the German cloud that closed on 2021-10-29; the sovereign cloud in Germany is AzureDelosCloud"], ["azurestack", "has no address of its own; use custom with resource-manager-endpoint"]]);
		function readCloud(inputs) {
			const name = readName(inputs.environment);
			if (name === "custom") return createCustomCloud(inputs);
			refuseAddresses(name, inputs);
			const address = BUILT_IN_CLOUDS[name];
			const trust = {
				origin: address.resourceManagerEndpoint,
				subdomains: true
			};
			return Object.freeze({
				name,
				...address,
				trust: Object.freeze(trust)
			});
		}
		function readName(environment) {
			const wanted = environment === "" ? "azurecloud" : environment.toLowerCase();
			const name = CLOUD_NAMES.find((candidate) => candidate.toLowerCase() === wanted);
			if (name !== undefined) return name;
			throw new errors.dz("environment", {
				read: environment,
				problem: REFUSED_NAMES.get(wanted) ?? "is not a known cloud",
				allowed: CLOUD_NAMES.join(", ")
			});
		}
		function refuseAddresses(name, { endpoint, audience, authorityHost }) {
			const given = Object.entries({
				"resource-manager-endpoint": endpoint,
				"resource-manager-audience": audience,
				"authority-host": authorityHost
			}).find(([, text]) => text !== "");
			if (given === undefined) return;
			throw new errors.dz(given[0], { problem: `is for environment custom; environment is ${name}, whose addresses are built in` });
		}
		function createCustomCloud({ endpoint, audience, authorityHost }) {
			const origin = readEndpoint(endpoint);
			return Object.freeze({
				name: "custom",
				resourceManagerEndpoint: origin,
				trust: Object.freeze({
					origin,
					subdomains: false
				}),
				...audience === "" ? {} : { audience: readAudience(audience) },
				...authorityHost === "" ? {} : { authorityHost: readAuthorityHost(authorityHost) }
			});
		}
		function readEndpoint(text) {
			const input = "resource-manager-endpoint";
			const allowed = "an origin such as https://management.local.azurestack.external";
			if (text === "") {
				throw new errors.dz(input, {
					problem: "is missing, and environment custom needs it",
					allowed
				});
			}
			const url = parseHttpUrl(input, text, allowed);
			if (!/^https?:\/\/[^/]+\/?$/i.test(text)) {
				throw new errors.dz(input, {
					read: (0, errors.BF)(text),
					problem: "holds a path",
					allowed
				});
			}
			if (url.protocol === "http:" && !isLoopback(url.hostname)) {
				throw new errors.dz(input, {
					read: text,
					problem: "would send the token in the clear",
					allowed: "https, or http on a loopback address"
				});
			}
			return url.origin;
		}
		function readAuthorityHost(text) {
			const input = "authority-host";
			const allowed = "an https URL such as https://login.microsoftonline.com";
			const url = parseHttpUrl(input, text, allowed);
			if (url.protocol !== "https:") {
				throw new errors.dz(input, {
					read: text,
					problem: "does not use https",
					allowed
				});
			}
			return text.replace(/\/+$/, "");
		}
		function readAudience(text) {
			if (!/^[\x21-\x7e]+$/.test(text)) {
				throw new errors.dz("resource-manager-audience", {
					read: text,
					problem: "holds a space, a control character or a character outside ASCII",
					allowed: "a URI such as https://management.core.windows.net/"
				});
			}
			return text;
		}
		function parseHttpUrl(input, text, allowed) {
			const refuse = (problem) => {
				throw new errors.dz(input, {
					read: (0, errors.BF)(text),
					problem,
					allowed
				});
			};
			if (!/^https?:\/\/[^\s/\\]/i.test(text) || /[\p{C}\p{Z}\\]/u.test(text) || !URL.canParse(text)) {
				return refuse("is not an absolute http or https URL");
			}
			if (/[?#]/.test(text)) refuse("holds a query or fragment");
			if (/^https?:\/\/[^/]*@/i.test(text)) refuse("holds a user name or password");
			return new URL(text);
		}
		function isLoopback(hostname) {
			return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d+){3}$/.test(hostname);
		}
		function requireAuthority({ audience, authorityHost }) {
			const missing = audience === undefined ? "resource-manager-audience" : "authority-host";
			if (audience === undefined || authorityHost === undefined) {
				throw new errors.dz(missing, { problem: "is missing, and signing in to a custom environment needs it; only token does not" });
			}
			return {
				authorityHost,
				scope: `${audience}/.default`
			};
		}
		;
		const REFRESH_MARGIN_MS = 5 * 6e4;
		const REFRESH_RETRY_MS = 3e4;
		class TokenCache {
			#acquire;
			#now;
			#current;
			#refreshFrom = 0;
			#refresh;
			constructor(acquire, now) {
				this.#acquire = acquire;
				this.#now = now;
			}
			async getToken({ signal, forceRefresh = false, claims }) {
				signal.throwIfAborted();
				if (forceRefresh || claims !== undefined) this.#current = undefined;
				if (this.#current !== undefined && this.#now() < this.#refreshFrom) return this.#current.token;
				const refresh = this.#findRefresh(claims) ?? this.#startRefresh(claims);
				try {
					return (await join(refresh, signal)).token;
				} catch (error) {
					signal.throwIfAborted();
					return this.#fallBack(error);
				}
			}
			#findRefresh(claims) {
				const refresh = this.#refresh;
				if (refresh === undefined || refresh.controller.signal.aborted) return undefined;
				return claims === undefined || claims === refresh.claims ? refresh : undefined;
			}
			#startRefresh(claims) {
				const controller = new AbortController();
				const { signal } = controller;
				const token = this.#acquire({
					signal,
					...claims === undefined ? {} : { claims }
				});
				const refresh = {
					token,
					controller,
					claims,
					waiting: 0
				};
				this.#refresh = refresh;
				const finish = () => {
					if (this.#refresh === refresh) this.#refresh = undefined;
				};
				token.then((fresh) => {
					this.#current = fresh;
					this.#refreshFrom = chooseRefreshTime(fresh, this.#now());
					finish();
				}, finish);
				return refresh;
			}
			#fallBack(error) {
				const old = this.#current;
				if (old === undefined || old.expiresAt <= this.#now()) throw error;
				this.#refreshFrom = Math.min(this.#now() + REFRESH_RETRY_MS, old.expiresAt);
				return old.token;
			}
		}
		function chooseRefreshTime({ expiresAt, refreshAt }, now) {
			const margin = Math.min(REFRESH_MARGIN_MS, (expiresAt - now) / 2);
			return Math.min(expiresAt - margin, refreshAt ?? Number.POSITIVE_INFINITY);
		}
		async function join(refresh, signal) {
			const aborted = Promise.withResolvers();
			const giveUp = () => aborted.reject(signal.reason);
			signal.addEventListener("abort", giveUp, { once: true });
			refresh.waiting += 1;
			try {
				return await Promise.race([refresh.token, aborted.promise]);
			} finally {
				refresh.waiting -= 1;
				signal.removeEventListener("abort", giveUp);
				if (refresh.waiting === 0 && signal.aborted) refresh.controller.abort(signal.reason);
			}
		}
		;
		const ATTEMPT_TIMEOUT_MS = 3e4;
		const TOOL_TIMEOUT_MS = 6e4;
		const MAX_REASON_CHARACTERS = 400;
		const HOW_TO_SIGN_IN = "Give client-id, tenant-id and client-secret, or a token, or run azure/login in an earlier step.";
		function createTokenProvider(signIn, cloud, dependencies) {
			if (signIn.kind === "token") return provideGivenToken(signIn.token);
			const authority = requireAuthority(cloud);
			const { ways, secrets } = signIn.kind === "client-secret" ? {
				ways: [useClientSecret(signIn)],
				secrets: [signIn.clientSecret]
			} : findWaysIn(signIn, dependencies.environment);
			for (const secret of secrets) dependencies.mask(secret);
			const acquire = createAcquireToken(ways, {
				...dependencies,
				secrets,
				authority,
				disableInstanceDiscovery: cloud.name === "custom"
			});
			const cache = new TokenCache(acquire, dependencies.now);
			return {
				canRefresh: true,
				getToken: (request) => cache.getToken(request)
			};
		}
		function provideGivenToken(token) {
			return {
				canRefresh: false,
				getToken: async ({ signal, forceRefresh = false, claims }) => {
					signal.throwIfAborted();
					if (!forceRefresh && claims === undefined) return token;
					throw new errors.Jj("The token was refused, and a given token cannot be replaced.");
				}
			};
		}
		function useClientSecret(signIn) {
			const { tenantId, clientId, clientSecret } = signIn;
			return {
				name: "client-secret",
				create: (library, options) => new library.ClientSecretCredential(tenantId, clientId, clientSecret, options)
			};
		}
		function findWaysIn(signIn, environment) {
			const { AZURE_CLIENT_SECRET = "", AZURE_CLIENT_CERTIFICATE_PASSWORD = "" } = environment;
			const secrets = [AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PASSWORD].filter((one) => one !== "");
			return {
				ways: listWaysIn(signIn, environment),
				secrets
			};
		}
		function listWaysIn({ tenantId, clientId }, environment) {
			const tenant = tenantId === undefined ? {} : { tenantId };
			const client = clientId === undefined ? {} : { clientId };
			const tool = {
				...tenant,
				processTimeoutInMs: TOOL_TIMEOUT_MS
			};
			const needs = (...names) => explainUnset(environment, names);
			return [
				{
					name: "environment variables",
					...needs("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET|AZURE_CLIENT_CERTIFICATE_PATH"),
					create: (library, options) => new library.EnvironmentCredential(options)
				},
				{
					name: "workload identity",
					...needs("AZURE_FEDERATED_TOKEN_FILE", ...tenantId === undefined ? ["AZURE_TENANT_ID"] : [], ...clientId === undefined ? ["AZURE_CLIENT_ID"] : []),
					create: (library, options) => new library.WorkloadIdentityCredential({
						...options,
						...tenant,
						...client
					})
				},
				{
					name: "Azure CLI",
					create: (library) => new library.AzureCliCredential(tool)
				},
				{
					name: "Azure PowerShell",
					create: (library) => new library.AzurePowerShellCredential(tool)
				},
				{
					name: "managed identity",
					...needs("IDENTITY_ENDPOINT|MSI_ENDPOINT|AZURE_POD_IDENTITY_AUTHORITY_HOST"),
					create: (library, { additionalPolicies = [] }) => new library.ManagedIdentityCredential({
						additionalPolicies,
						...client
					})
				}
			];
		}
		function explainUnset(environment, names) {
			const unset = names.filter((name) => !name.split("|").some((one) => environment[one]));
			if (unset.length === 0) return {};
			const list = unset.map((name) => name.replaceAll("|", " or ")).join(", ");
			return { unavailable: `${list} not set` };
		}
		function createAcquireToken(ways, options) {
			const { mask, onSignIn, loadIdentityLibrary = importIdentityLibrary } = options;
			let chosen;
			return async (request) => {
				const library = await loadIdentityLibrary();
				const misses = [];
				for (const way of chosen === undefined ? ways : [chosen]) {
					const attempt = await tryWayIn(way, library, request, options);
					if ("miss" in attempt) {
						misses.push(`${way.name}: ${attempt.miss}`);
						continue;
					}
					mask(attempt.token);
					if (chosen === undefined) onSignIn?.(way.name);
					chosen = way;
					return attempt;
				}
				if (misses.length === 1) throw new errors.Jj(`Signing in failed. ${misses.join()}.`);
				throw new errors.Jj(`No sign-in was found. Tried ${misses.join("; ")}. ${HOW_TO_SIGN_IN}`);
			};
		}
		async function tryWayIn(way, library, { signal, claims }, { authority, disableInstanceDiscovery, secrets }) {
			if (way.unavailable !== undefined) return { miss: way.unavailable };
			const { authorityHost, scope } = authority;
			const fault = {};
			const additionalPolicies = [watchExchanges(signal, fault)];
			try {
				const credential = way.create(library, {
					authorityHost,
					disableInstanceDiscovery,
					additionalPolicies
				});
				const claimed = claims === undefined ? {} : { claims };
				const answer = await credential.getToken(scope, {
					abortSignal: signal,
					...claimed
				});
				if (answer === null) return { miss: "it gave no token" };
				const { token, expiresOnTimestamp: expiresAt, refreshAfterTimestamp: refreshAt } = answer;
				return {
					token,
					expiresAt,
					...refreshAt === undefined ? {} : { refreshAt }
				};
			} catch (error) {
				signal.throwIfAborted();
				const reason = explainFailure(error, fault, secrets);
				if (error instanceof Error && error.name === "CredentialUnavailableError") return { miss: reason };
				throw new errors.Jj(`Signing in failed. ${way.name}: ${reason}.`);
			}
		}
		async function importIdentityLibrary() {
			return await __nccwpck_require__.e(494).then(__nccwpck_require__.bind(__nccwpck_require__, 5494));
		}
		function watchExchanges(signal, fault) {
			return {
				position: "perCall",
				policy: {
					name: "watchExchanges",
					sendRequest: async (request, next) => {
						request.abortSignal = signal;
						request.timeout = ATTEMPT_TIMEOUT_MS;
						const { host } = new URL(request.url);
						try {
							const response = await next(request);
							fault.text = describeStatus(host, response.status);
							return response;
						} catch (error) {
							fault.text = `${host} ${describeWireError(error)}`;
							throw error;
						}
					}
				}
			};
		}
		function describeStatus(host, status) {
			return status < 400 ? undefined : `${host} answered ${status}`;
		}
		function describeWireError(error) {
			if (!(error instanceof Error)) return "did not answer";
			if ("statusCode" in error && typeof error.statusCode === "number") {
				return `answered ${error.statusCode}, and not in JSON`;
			}
			return "code" in error && typeof error.code === "string" ? `cannot be reached (${error.code})` : "did not answer";
		}
		function explainFailure(error, fault, secrets) {
			const text = error instanceof Error ? error.message : String(error);
			const entra = /AADSTS\d+.*?(?=\s*(?:Trace ID:|Correlation ID:|Timestamp:)|[\r\n]|$)/.exec(text)?.[0];
			const [sentence = ""] = text.replace(/^error:\s*/i, "").split(/\.\s|[\r\n]/);
			const clean = secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]).reduce((rest, secret) => rest.replaceAll(secret, "***"), entra ?? fault.text ?? sentence).replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, "***");
			return (0, errors.Gv)(clean, MAX_REASON_CHARACTERS).replace(/[.\s]+$/, "") || "no reason given";
		}
		function readTokenExpiry(token) {
			const [, payload, ...rest] = token.split(".");
			if (payload === undefined || rest.length !== 1) return undefined;
			try {
				const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
				if (typeof claims !== "object" || claims === null || !("exp" in claims)) return undefined;
				return typeof claims.exp === "number" ? claims.exp * 1e3 : undefined;
			} catch {
				return undefined;
			}
		}
		;
		const clock_MAX_TIMER_MS = 2147483647;
		const systemClock = {
			now: () => performance.timeOrigin + performance.now(),
			sleep: (ms, signal) => new Promise((resolve) => {
				if (signal?.aborted === true) {
					resolve();
					return;
				}
				const end = () => {
					clearTimeout(timer);
					signal?.removeEventListener("abort", end);
					resolve();
				};
				const timer = setTimeout(end, Math.min(Math.max(0, ms), clock_MAX_TIMER_MS));
				signal?.addEventListener("abort", end, { once: true });
			})
		};
		;
		const MAX_JSON_DEPTH = 8;
		const MAX_NODES = 200;
		const MAX_CODE_CHARS = 256;
		const MAX_MESSAGE_CHARS = 32768;
		const MAX_MARKUP_CHARS = 65536;
		const MAX_INFO_VALUES = 500;
		const MAX_INFO_DEPTH = 8;
		const MAX_INFO_CHARS = 4096;
		const RECOMMENDATION = "Recommendation";
		const WRAPPER_CODES = new Set([
			"deploymentfailed",
			"resourcedeploymentfailure",
			"invalidtemplatedeployment",
			"preflightvalidationcheckfailed",
			"multipleerrorsoccurred",
			"conflict",
			"badrequest"
		]);
		const FAILURE_WORDS = new Set([
			"failed",
			"canceled",
			"cancelled"
		]);
		const SUCCESS_WORDS = new Set(["succeeded", "completed"]);
		function readError(response) {
			const refused = response.status < 200 || response.status > 299;
			const error = readBody(response.body, refused);
			const headerCode = readCode(response.headers["x-ms-error-code"]);
			if (headerCode === "") return error;
			if (error === undefined) return refused ? {
				...EMPTY,
				code: headerCode
			} : undefined;
			return findErrorCode(error) === "" ? {
				...error,
				code: headerCode
			} : error;
		}
		function readErrorCode(response) {
			const error = readError(response);
			const code = error === undefined ? "" : findErrorCode(error);
			return code === "" ? undefined : code;
		}
		function findErrorCode(error) {
			if (error.code !== "") return error.code;
			const code = findRootCause(error).code;
			return code !== "" ? code : walk(error).find((node) => node.error.code !== "")?.error.code ?? "";
		}
		function findRootCause(error) {
			let best = {
				depth: 0,
				error
			};
			let bestRank = 0;
			for (const node of flattenErrors(error)) {
				const rank = rankAsCause(node.error);
				if (rank > bestRank || rank > 0 && rank === bestRank && node.depth > best.depth) {
					best = node;
					bestRank = rank;
				}
			}
			return best.error;
		}
		function flattenErrors(error) {
			return walk(error).filter(({ error: own, above }) => own.details.length > 0 || !repeats(own, above)).map(({ depth, error: own }) => ({
				depth,
				error: own
			}));
		}
		function walk(error, above = []) {
			const below = [...above, error];
			return [{
				depth: above.length,
				error,
				above
			}, ...error.details.flatMap((detail) => walk(detail, below))];
		}
		function repeats(error, above) {
			if (above.length === 0) return false;
			const isOld = (field) => error[field] === "" || above.some((node) => node[field] === error[field]);
			return isOld("code") && isOld("message") && error.additionalInfo.length === 0;
		}
		function rankAsCause({ code, message, details }) {
			if (message === "") return 0;
			if (code !== "" && !WRAPPER_CODES.has(code.toLowerCase())) return 3;
			if (details.length > 0) return 0;
			return code === "" ? 2 : 1;
		}
		const EMPTY = {
			code: "",
			message: "",
			details: [],
			additionalInfo: []
		};
		function readBody(body, refused) {
			switch (body.kind) {
				case "empty": return undefined;
				case "json": return readJsonBody(body.value, body.text, refused);
				case "text":
				case "malformed": return refused ? readTextBody(body.text) : undefined;
				default: return body;
			}
		}
		function readJsonBody(value, text, refused) {
			const budget = {
				nodesLeft: MAX_NODES,
				valuesLeft: MAX_INFO_VALUES
			};
			const words = error_isObject(value) ? readStateWords(indexFields(value)) : [];
			const failed = refused || words.some((word) => FAILURE_WORDS.has(word));
			if (failed) return readNode(value, budget, 0) ?? (refused ? readUnknownShape(text) : undefined);
			if (!error_isObject(value)) return undefined;
			if (words.length > 0 && words.every((word) => SUCCESS_WORDS.has(word))) return undefined;
			return combine(readNested(indexFields(value), budget, 0, ["error", "provisioningerror"]));
		}
		function readUnknownShape(text) {
			return /\w/.test(text) && text !== "null" ? toTextNode(text) : undefined;
		}
		function readStateWords(fields) {
			const inner = fields.get("properties");
			const innerWord = error_isObject(inner) ? indexFields(inner).get("provisioningstate") : undefined;
			return [
				fields.get("status"),
				innerWord,
				fields.get("provisioningstate")
			].filter((word) => typeof word === "string").map((word) => word.trim().toLowerCase());
		}
		function readNode(value, budget, jsonDepth) {
			if (budget.nodesLeft <= 0) return undefined;
			budget.nodesLeft -= 1;
			if (typeof value === "string") return readString(value, budget, jsonDepth);
			if (isArray(value)) return combine(readNodes(value, budget, jsonDepth));
			return error_isObject(value) ? readObjectNode(value, budget, jsonDepth) : undefined;
		}
		function readNodes(value, budget, jsonDepth) {
			if (value === undefined || value === null) return [];
			const nodes = [];
			for (const item of isArray(value) ? value : [value]) {
				if (budget.nodesLeft <= 0) break;
				const node = readNode(item, budget, jsonDepth);
				if (node !== undefined) nodes.push(node);
			}
			return nodes;
		}
		function readString(text, budget, jsonDepth) {
			return decodeJson(text, budget, jsonDepth) ?? (text.trim() === "" ? undefined : toTextNode(text));
		}
		function decodeJson(text, budget, jsonDepth) {
			const start = text.trimStart()[0];
			if (jsonDepth >= MAX_JSON_DEPTH || start !== "{" && start !== "[") return undefined;
			const value = parseJson(text);
			return value === undefined ? undefined : readNode(value, budget, jsonDepth + 1);
		}
		function parseJson(text) {
			try {
				return JSON.parse(text.trim());
			} catch {
				return undefined;
			}
		}
		function readObjectNode(object, budget, jsonDepth) {
			const fields = indexFields(object);
			const own = readOwn(fields, budget, jsonDepth);
			const nested = readNested(fields, budget, jsonDepth, [
				"error",
				"provisioningerror",
				"statusmessage"
			]);
			return merge(own, nested);
		}
		function readOwn(fields, budget, jsonDepth) {
			const { message, quoted } = readMessage(fields.get("message"), budget, jsonDepth);
			const target = fields.get("target");
			const node = {
				code: readCode(fields.get("code")),
				message,
				...typeof target === "string" && target.trim() !== "" && { target: cut(target.trim()) },
				details: [
					...quoted,
					...readNodes(fields.get("details"), budget, jsonDepth),
					...readNodes(fields.get("innererror"), budget, jsonDepth)
				],
				additionalInfo: [...readAdditionalInfo(fields.get("additionalinfo"), budget), ...readRecommendation(fields, budget)]
			};
			if (node.code !== "" || node.message !== "") return node;
			const [only, ...more] = node.details;
			const isBare = node.target === undefined && node.additionalInfo.length === 0;
			if (more.length === 0 && (isBare || only === undefined)) return only;
			return node;
		}
		function readMessage(value, budget, jsonDepth) {
			const text = error_isObject(value) ? indexFields(value).get("value") : value;
			if (typeof text !== "string") {
				return {
					message: "",
					quoted: readNodes(value, budget, jsonDepth)
				};
			}
			const quoted = decodeJson(text, budget, jsonDepth);
			return quoted === undefined ? {
				message: cut(text.trim()),
				quoted: []
			} : {
				message: "",
				quoted: [quoted]
			};
		}
		function readNested(fields, budget, jsonDepth, names) {
			const inner = fields.get("properties");
			const innerFields = error_isObject(inner) ? indexFields(inner) : undefined;
			const own = [
				...names,
				"odata.error",
				"errorentity"
			].map((name) => fields.get(name));
			const values = [...own, ...names.map((name) => innerFields?.get(name))];
			return values.flatMap((value) => {
				const node = value === undefined ? undefined : readNode(value, budget, jsonDepth);
				return node === undefined ? [] : [node];
			});
		}
		function merge(own, nested) {
			if (own === undefined) return combine(nested);
			const [only, ...more] = nested;
			if (own.code !== "" || only === undefined || more.length > 0) {
				return {
					...own,
					details: [...own.details, ...nested]
				};
			}
			const said = own.message === "" || own.message === only.message ? [] : [toTextNode(own.message)];
			return {
				...own,
				...only,
				details: [
					...only.message === "" ? [] : said,
					...only.details,
					...own.details
				],
				message: only.message === "" ? own.message : only.message,
				additionalInfo: [...only.additionalInfo, ...own.additionalInfo]
			};
		}
		function combine(nodes) {
			const [only, ...more] = nodes;
			return more.length === 0 ? only : {
				...EMPTY,
				details: nodes
			};
		}
		function readCode(value) {
			if (typeof value !== "string" && typeof value !== "number") return "";
			const code = String(value).trim();
			return code.toLowerCase() === "none" ? "" : code.slice(0, MAX_CODE_CHARS);
		}
		function readAdditionalInfo(value, budget) {
			const decoded = typeof value === "string" ? parseJson(value) : value;
			const entries = isArray(decoded) ? decoded.slice(0, MAX_NODES) : [decoded];
			return entries.flatMap((entry) => {
				if (!error_isObject(entry) || budget.valuesLeft <= 0) return [];
				const type = typeof entry.type === "string" ? entry.type.slice(0, MAX_CODE_CHARS) : "";
				const info = typeof entry.info === "string" ? parseJson(entry.info) : entry.info;
				const value = copyValue(info ?? entry.info ?? null, budget, 0);
				return [{
					type,
					info: error_isObject(value) ? value : { value }
				}];
			});
		}
		function readRecommendation(fields, budget) {
			const entries = [
				["possibleCauses", fields.get("possiblecauses")],
				["recommendedAction", fields.get("recommendedaction")],
				["activityId", fields.get("activityid")]
			].flatMap(([name, value]) => value === undefined || value === null ? [] : [[name, copyValue(value, budget, 0)]]);
			return entries.length === 0 ? [] : [{
				type: RECOMMENDATION,
				info: Object.fromEntries(entries)
			}];
		}
		function copyValue(value, budget, depth) {
			if (budget.valuesLeft <= 0) return null;
			budget.valuesLeft -= 1;
			if (typeof value === "string") return value.slice(0, MAX_INFO_CHARS);
			if (typeof value !== "object" || value === null) return value;
			if (depth >= MAX_INFO_DEPTH) return null;
			const below = depth + 1;
			if (isArray(value)) {
				return value.slice(0, budget.valuesLeft).map((item) => copyValue(item, budget, below));
			}
			const keys = Object.keys(value).slice(0, budget.valuesLeft);
			return Object.fromEntries(keys.map((key) => [key.slice(0, MAX_CODE_CHARS), copyValue(value[key] ?? null, budget, below)]));
		}
		function readTextBody(text) {
			const trimmed = text.trim();
			if (trimmed === "") return undefined;
			if (!trimmed.startsWith("<")) return toTextNode(trimmed);
			const markup = trimmed.slice(0, MAX_MARKUP_CHARS);
			const code = readElement(markup, /<(?:\w{1,32}:)?code>([^<]*)</i);
			const message = readElement(markup, /<(?:\w{1,32}:)?message>([^<]*)</i);
			if (code !== "" || message !== "") return {
				...EMPTY,
				code: readCode(code),
				message: cut(message)
			};
			const title = readElement(markup, /<title>([^<]*)</i);
			return toTextNode(title === "" ? "The answer is a page, not an ARM error." : title);
		}
		function readElement(markup, pattern) {
			const text = pattern.exec(markup)?.[1] ?? "";
			return text.replace(/&(lt|gt|quot|apos|amp);/g, (entity) => ENTITIES.get(entity) ?? entity).trim();
		}
		const ENTITIES = new Map([
			["&lt;", "<"],
			["&gt;", ">"],
			["&quot;", "\""],
			["&apos;", "'"],
			["&amp;", "&"]
		]);
		function toTextNode(text) {
			return {
				...EMPTY,
				message: cut(text.trim())
			};
		}
		function cut(text) {
			const more = text.length - MAX_MESSAGE_CHARS;
			return more <= 0 ? text : `${text.slice(0, MAX_MESSAGE_CHARS)}… (${more} more characters)`;
		}
		const KNOWN_FIELDS = new Set([
			"code",
			"message",
			"value",
			"target",
			"details",
			"innererror",
			"additionalinfo",
			"possiblecauses",
			"recommendedaction",
			"activityid",
			"error",
			"odata.error",
			"errorentity",
			"provisioningerror",
			"statusmessage",
			"properties",
			"status",
			"provisioningstate"
		]);
		const MAX_FIELD_NAME_CHARS = 20;
		function indexFields(object) {
			const fields = new Map();
			for (const key of Object.keys(object)) {
				const name = key.length <= MAX_FIELD_NAME_CHARS ? key.toLowerCase() : "";
				const value = object[key];
				if (KNOWN_FIELDS.has(name) && value !== undefined && !fields.has(name)) fields.set(name, value);
			}
			return fields;
		}
		function isArray(value) {
			return Array.isArray(value);
		}
		function error_isObject(value) {
			return typeof value === "object" && value !== null && !Array.isArray(value);
		}
		;
		function concludePolling(run, end) {
			switch (end.kind) {
				case "terminal": return conclude(run, judgeTerminal(end.operation));
				case "timed-out": return conclude(run, {
					...describePending(end.operation),
					status: "TimedOut",
					reason: `Stopped waiting after ${describeTimeout(run.timeoutMs)}; ${describeProgress(end.operation.facts)}`
				});
				case "interrupted": return conclude(run, {
					...describePending(end.operation),
					status: "InProgress",
					reason: `The workflow was canceled while waiting; ${describeProgress(end.operation.facts)}`
				});
				default: return end;
			}
		}
		function concludeAccepted(run, operation) {
			return conclude(run, {
				...describePending(operation),
				status: "InProgress"
			});
		}
		function concludeUnanswered(run, submission) {
			const { why, reason } = submission;
			const isRead = run.request.method === "GET" || run.request.method === "HEAD";
			const mayStillRun = submission.mayStillRun && !isRead;
			const effect = describeEffect(mayStillRun);
			const seen = describeAnswer(submission);
			switch (why) {
				case "not-sent": return conclude(run, {
					...seen,
					status: "Failed",
					mayStillRun: false,
					reason: `The request could not be sent: ${reason}`
				});
				case "lost": return conclude(run, {
					...seen,
					status: isRead ? "Failed" : "Unknown",
					mayStillRun,
					reason: describeLoss(submission, isRead)
				});
				case "out-of-time": return conclude(run, {
					...seen,
					status: "TimedOut",
					mayStillRun,
					reason: `No usable answer within ${describeTimeout(run.timeoutMs)}: ${reason}. ${effect}`
				});
				case "interrupted": return conclude(run, {
					...seen,
					status: seen.neverSent === true ? "Failed" : "Unknown",
					mayStillRun,
					reason: seen.neverSent === true ? "The workflow was canceled before the request was sent" : `The workflow was canceled before the request was answered. ${effect}`
				});
				default: return why;
			}
		}
		function describeAnswer({ response, mayStillRun }) {
			if (response === undefined) return { neverSent: !mayStillRun };
			const error = readError(response);
			return {
				response,
				...error === undefined ? {} : { error }
			};
		}
		function describeLoss({ reason, response, mayStillRun }, isRead) {
			if (response !== undefined) {
				const answered = `Azure answered ${reason}`;
				return isRead ? answered : `${answered}, which does not say whether the request took effect`;
			}
			return isRead ? `The request was not answered: ${reason}` : `The answer to the request was lost: ${reason}. ${describeEffect(mayStillRun)}`;
		}
		function describeEffect(mayStillRun) {
			return mayStillRun ? "It may have taken effect" : "It took no effect";
		}
		function concludeBroken(run, reason, mayStillRun) {
			const status = mayStillRun ? "Unknown" : "Failed";
			return conclude(run, {
				status,
				mayStillRun,
				neverSent: !mayStillRun,
				reason
			});
		}
		function isGreen({ status }, wait) {
			return status === "Succeeded" || status === "InProgress" && !wait;
		}
		function judgeTerminal(operation) {
			const { facts } = operation;
			switch (operation.state) {
				case "succeeded": return {
					status: "Succeeded",
					mayStillRun: false,
					facts,
					response: operation.response
				};
				case "failed":
				case "canceled": {
					const { error, response } = operation;
					const word = readWord(response.body);
					return {
						status: operation.state === "failed" ? "Failed" : "Canceled",
						mayStillRun: false,
						facts: word === undefined ? facts : {
							...facts,
							lastStatus: word
						},
						response,
						...error === undefined ? { reason: describeBadEnd(facts, response, operation.state) } : { error }
					};
				}
				case "unknown": {
					const { error, response, reason, url } = operation;
					return {
						status: "Unknown",
						mayStillRun: true,
						facts,
						reason,
						...error === undefined ? {} : { error },
						...response === undefined ? {} : { response },
						...url === undefined ? {} : { pollingUrl: url }
					};
				}
				default: return operation;
			}
		}
		function describeBadEnd({ pollCount }, { status, headers, body }, state) {
			if (status >= 200 && status < 300) {
				const word = readWord(body) ?? (state === "failed" ? "Failed" : "Canceled");
				return `The operation ended with status ${word}`;
			}
			if (pollCount > 0) return `The operation ended with HTTP ${status}`;
			const isRedirect = status >= 300 && status < 400;
			if (!isRedirect) return `Azure refused the request with HTTP ${status}`;
			const location = headers.location ?? "";
			const host = URL.canParse(location) ? ` to ${new URL(location).host}` : "";
			return `Azure answered HTTP ${status}, a redirect${host}; redirects are never followed`;
		}
		function readWord(body) {
			const states = [readStatus(body), readProvisioningState(body)];
			return states.flatMap((state) => state.kind === "word" ? [state.word] : [])[0];
		}
		function describePending({ facts, url }) {
			return {
				facts,
				pollingUrl: url,
				mayStillRun: true
			};
		}
		function describeProgress({ lastStatus, trouble, lastTrouble }) {
			const status = lastStatus === undefined ? "no status was seen" : `the last status was ${lastStatus}`;
			const isBlocked = trouble !== undefined && lastTrouble !== undefined;
			return isBlocked ? `${status}, and the last poll met ${lastTrouble.message}` : status;
		}
		function describeTimeout(timeoutMs) {
			return timeoutMs % 6e4 === 0 ? `${timeoutMs / 6e4} min` : `${timeoutMs / 1e3} s`;
		}
		function conclude(run, verdict) {
			const { status, mayStillRun, neverSent, reason, error, response, facts, pollingUrl } = verdict;
			const first = run.accepted ?? response;
			const resourceId = findResourceId(run.request, response);
			const portalUrl = findPortalUrl(run.cloud.portalOrigin, resourceId);
			const requestId = first?.headers["x-ms-request-id"];
			return {
				status,
				mayStillRun,
				request: run.request,
				changes: run.changes,
				warnings: [...run.warnings, ...facts?.warnings ?? []],
				startedAt: run.startedAtMs,
				endedAt: run.endedAtMs,
				pollCount: facts?.pollCount ?? 0,
				correlationId: first?.headers["x-ms-correlation-request-id"] ?? run.correlationId,
				...neverSent === true ? { neverSent } : {},
				...reason === undefined ? {} : { reason },
				...error === undefined ? {} : { error },
				...response === undefined ? {} : { response },
				...run.accepted === undefined ? {} : { accepted: run.accepted },
				...facts?.lastStatus === undefined ? {} : { lastStatus: facts.lastStatus },
				...pollingUrl === undefined ? {} : { pollingPath: describePollingUrl(pollingUrl) },
				...requestId === undefined ? {} : { requestId },
				...resourceId === undefined ? {} : { resourceId },
				...portalUrl === undefined ? {} : { portalUrl }
			};
		}
		var external_node_fs_ = __nccwpck_require__(3024);
		var external_node_os_ = __nccwpck_require__(8161);
		var external_node_path_ = __nccwpck_require__(6760);
		;
		const METHODS = [
			"GET",
			"HEAD",
			"PUT",
			"PATCH",
			"POST",
			"DELETE"
		];
		;
		const SECOND_MS = 1e3;
		const MINUTE_MS = 60 * SECOND_MS;
		const HOUR_MS = 60 * MINUTE_MS;
		const DAY_MS = 24 * HOUR_MS;
		const DURATION_FORMS = "90s, 45m, 1h30m, PT45M, or a number of seconds";
		const SECONDS = /^(\d{1,9}(?:\.\d{1,3})?)$/;
		const UNITS = /^(?:(\d{1,4})d)?(?:(\d{1,6})h)?(?:(\d{1,8})m)?(?:(\d{1,9}(?:\.\d{1,3})?)s)?$/i;
		const ISO_8601 = /^p(?:(\d{1,4})d)?(?:t(?=\d)(?:(\d{1,6})h)?(?:(\d{1,8})m)?(?:(\d{1,9}(?:\.\d{1,3})?)s)?)?$/i;
		function parseDuration(text) {
			const seconds = SECONDS.exec(text);
			if (seconds) return Math.round(Number(seconds[1]) * SECOND_MS);
			const parts = UNITS.exec(text) ?? ISO_8601.exec(text);
			if (!parts || !/\d/.test(text)) return undefined;
			const [days, hours, minutes, rest] = parts.slice(1).map((part) => Number(part ?? 0));
			return sum([days, DAY_MS], [hours, HOUR_MS], [minutes, MINUTE_MS], [rest, SECOND_MS]);
		}
		function sum(...terms) {
			return Math.round(terms.reduce((total, [count = 0, unitMs]) => total + count * unitMs, 0));
		}
		;
		const INPUT = "headers";
		const FORM = "one \"Name: value\" per line";
		const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
		const FORBIDDEN = new Map([
			["authorization", "it is set from the sign-in inputs"],
			["x-ms-authorization-auxiliary", "it carries tokens, which come from the sign-in inputs alone"],
			["cookie", "Azure Resource Manager uses none"],
			["host", "it is set from the URL"],
			["content-length", "it is set from the body"],
			["accept-encoding", "answers are read uncompressed"],
			...[
				"connection",
				"expect",
				"keep-alive",
				"te",
				"trailer",
				"transfer-encoding",
				"upgrade"
			].map((name) => [name, "it belongs to the connection"])
		]);
		function parseHeaders(text) {
			const headers = new Map();
			const seen = new Set();
			for (const [index, line] of text.split(/\r?\n/).entries()) {
				if (line.trim() === "") continue;
				const [name, value] = parseLine(line, index + 1);
				if (seen.has(name.toLowerCase())) {
					throw new errors.dz(INPUT, {
						read: name,
						problem: "is given twice",
						allowed: "each name once"
					});
				}
				seen.add(name.toLowerCase());
				headers.set(name, value);
			}
			return Object.freeze(Object.fromEntries(headers));
		}
		function parseLine(line, number) {
			const colon = line.indexOf(":");
			if (colon < 0) {
				throw new errors.dz(INPUT, {
					problem: `line ${number} has no colon, and a value cannot continue on another line`,
					allowed: FORM
				});
			}
			const name = line.slice(0, colon).trim();
			const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "");
			checkName(name, number);
			if (!/^[\t\x20-\x7e]*$/.test(value)) {
				throw new errors.dz(INPUT, {
					read: name,
					problem: "has a value with a line break, a control character or a character outside ASCII",
					allowed: "printable ASCII"
				});
			}
			return [name, value];
		}
		function checkName(name, number) {
			if (!TOKEN.test(name)) {
				throw new errors.dz(INPUT, {
					read: name,
					problem: `on line ${number} is not a header name`,
					allowed: FORM
				});
			}
			const lowerCase = name.toLowerCase();
			const reason = lowerCase.startsWith("proxy-") ? "it belongs to the connection" : FORBIDDEN.get(lowerCase);
			if (reason !== undefined) {
				throw new errors.dz(INPUT, {
					read: name,
					problem: `is not allowed here: ${reason}`
				});
			}
		}
		;
		const url_INPUT = "url";
		const API_VERSION_INPUT = "api-version";
		const API_VERSION = /^[0-9A-Za-z][0-9A-Za-z._-]*$/;
		function buildRequestUrl(inputs) {
			const { url, endpoint, trust } = inputs;
			if (url === "") {
				throw new errors.dz(url_INPUT, {
					problem: "is missing",
					allowed: describeAllowed(trust)
				});
			}
			checkCharacters(url);
			const absolute = toAbsolute(fillPlaceholders(url, inputs.subscriptionId), endpoint, trust);
			checkPath(absolute);
			return url_withApiVersion(absolute, inputs.apiVersion);
		}
		function describeAllowed(trust) {
			return `a path that begins with "/", or a URL on ${trust.origin}`;
		}
		function checkCharacters(url) {
			const refuse = (problem) => {
				throw new errors.dz(url_INPUT, {
					read: (0, errors.BF)(url),
					problem
				});
			};
			if (/[\p{C}\p{Z}]/u.test(url)) {
				refuse("holds a space or control character; write a space as %20");
			}
			if (url.includes("\\")) refuse("holds a backslash; write \"/\"");
			if (url.includes("#")) refuse("holds a fragment (\"#\"), which is never sent");
		}
		function fillPlaceholders(url, subscriptionId) {
			const filled = url.replace(/\{subscriptionId\}/gi, () => {
				if (subscriptionId === "") {
					throw new errors.dz("subscription-id", {
						problem: "is missing, and the url asks for it with {subscriptionId}",
						allowed: "the GUID of a subscription"
					});
				}
				return subscriptionId;
			});
			if (/[{}]/.test(filled)) {
				throw new errors.dz(url_INPUT, {
					read: (0, errors.BF)(url),
					problem: "holds a placeholder that is not known",
					allowed: "{subscriptionId}"
				});
			}
			return filled;
		}
		function toAbsolute(url, endpoint, trust) {
			if (/^\/(?!\/)/.test(url)) return endpoint + url;
			const refuse = (problem) => {
				const allowed = describeAllowed(trust);
				throw new errors.dz(url_INPUT, {
					read: (0, errors.BF)(url),
					problem,
					allowed
				});
			};
			if (url.startsWith("//")) refuse("names another host");
			const authority = /^https?:\/\/([^/?]+)/i.exec(url)?.[1];
			if (authority === undefined) return refuse("is neither a path nor an absolute URL");
			if (authority.includes("@")) refuse("holds a user name or password");
			if (/^http:/i.test(url) && trust.origin.startsWith("https:")) refuse("does not use https");
			if (!isTrustedUrl(url, trust)) {
				refuse("is not on the resource manager endpoint, and the token goes nowhere else");
			}
			return url;
		}
		function checkPath(url) {
			const path = url.replace(/\?.*$/s, "");
			if (path.split("/").some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) {
				throw new errors.dz(url_INPUT, {
					read: (0, errors.BF)(url),
					problem: "holds a \".\" or \"..\" segment; write the path in full"
				});
			}
		}
		function url_withApiVersion(url, apiVersion) {
			const own = readApiVersions(url);
			const [first] = own;
			if (apiVersion !== "" && !API_VERSION.test(apiVersion)) {
				throw new errors.dz(API_VERSION_INPUT, {
					read: apiVersion,
					problem: "is not an API version",
					allowed: "a date such as 2025-04-01, or 2025-04-01-preview"
				});
			}
			if (own.length > 1) {
				throw new errors.dz(url_INPUT, {
					read: (0, errors.BF)(url),
					problem: "holds api-version twice"
				});
			}
			if (first === undefined) return appendApiVersion(url, apiVersion);
			if (first === "") {
				throw new errors.dz(url_INPUT, {
					read: (0, errors.BF)(url),
					problem: "holds an empty api-version"
				});
			}
			if (apiVersion !== "" && apiVersion.toLowerCase() !== first.toLowerCase()) {
				throw new errors.dz(API_VERSION_INPUT, {
					read: apiVersion,
					problem: `differs from the url's own api-version, ${(0, errors.ol)(first)}`,
					allowed: "one of the two"
				});
			}
			return url;
		}
		function appendApiVersion(url, apiVersion) {
			if (apiVersion === "") {
				throw new errors.dz(API_VERSION_INPUT, {
					problem: "is missing, and the url holds none",
					allowed: "a date such as 2025-04-01, here or in the url as ?api-version="
				});
			}
			const separator = !url.includes("?") ? "?" : /[?&]$/.test(url) ? "" : "&";
			return `${url}${separator}api-version=${apiVersion}`;
		}
		function readApiVersions(url) {
			const query = /\?(.*)$/s.exec(url)?.[1] ?? "";
			return query.split("&").filter((pair) => /^api-version(?:=|$)/i.test(pair)).map((pair) => pair.slice("api-version=".length));
		}
		;
		const INPUT_NAMES = [
			"method",
			"url",
			"api-version",
			"headers",
			"body",
			"body-file",
			"subscription-id",
			"token",
			"client-id",
			"tenant-id",
			"client-secret",
			"credential",
			"environment",
			"resource-manager-endpoint",
			"resource-manager-audience",
			"authority-host",
			"wait",
			"timeout",
			"poll-interval",
			"max-poll-interval",
			"final-state-via",
			"success-states",
			"failure-states",
			"accept-status",
			"response-file",
			"summary"
		];
		const SECRET_NAMES = ["token", "client-secret"];
		const FINAL_STATE_VIAS = [
			"auto",
			"azure-async-operation",
			"operation-location",
			"location",
			"original-uri"
		];
		const DEFAULT_TIMEOUT_MS = 60 * 6e4;
		const MAX_DURATION_MS = 6 * 24 * 60 * 6e4;
		async function readActionInputs({ now, uniqueId }, environment = process.env) {
			const read = (name) => getInput(name, { trimWhitespace: false });
			for (const secret of readSecrets(read)) setSecret(secret);
			refuseUnknownInputs(Object.keys(environment));
			return parseInputs(read, {
				workspace: (0, external_node_path_.resolve)(environment.GITHUB_WORKSPACE || "."),
				tempFolder: (0, external_node_path_.resolve)(environment.RUNNER_TEMP || (0, external_node_os_.tmpdir)()),
				uniqueId,
				now
			});
		}
		function refuseUnknownInputs(variables) {
			const known = new Set(INPUT_NAMES.map((name) => `INPUT_${name.toUpperCase()}`));
			const unknown = variables.find((name) => name.startsWith("INPUT_") && !known.has(name));
			if (unknown === undefined) return;
			throw new errors.dz(unknown.slice("INPUT_".length).toLowerCase(), {
				problem: "is not an input of this action",
				allowed: INPUT_NAMES.join(", ")
			});
		}
		function readSecrets(read) {
			return SECRET_NAMES.map((name) => read(name).trim()).filter((secret) => secret !== "");
		}
		async function parseInputs(readRaw, context) {
			const read = (name) => readRaw(name).trim();
			const method = readMethod(read);
			const cloud = readCloud({
				environment: read("environment"),
				endpoint: read("resource-manager-endpoint"),
				audience: read("resource-manager-audience"),
				authorityHost: read("authority-host")
			});
			const signIn = readSignIn(read, context.now);
			if (signIn.kind !== "token") requireAuthority(cloud);
			return Object.freeze({
				method,
				url: readUrl(read, cloud),
				headers: parseHeaders(readRaw("headers")),
				...await readRequestBody(readRaw, method, context.workspace),
				cloud,
				signIn,
				...readWaiting(read),
				...readStates(read),
				acceptStatus: readStatuses(read),
				responseFile: readResponseFile(read, context),
				summary: readBoolean(read, "summary", true),
				secrets: Object.freeze(readSecrets(read)),
				warnings: Object.freeze(findUnusedInputs(read, method, signIn))
			});
		}
		function readMethod(read) {
			if (read("method") === "") {
				throw new errors.dz("method", {
					problem: "is missing",
					allowed: METHODS.join(", ")
				});
			}
			return readChoice(read, "method", METHODS, "GET");
		}
		function readUrl(read, cloud) {
			return buildRequestUrl({
				url: read("url"),
				apiVersion: read("api-version"),
				subscriptionId: readGuid(read, "subscription-id"),
				endpoint: cloud.resourceManagerEndpoint,
				trust: cloud.trust
			});
		}
		async function readRequestBody(read, method, workspace) {
			const inputs = {
				body: read("body"),
				bodyFile: read("body-file").trim(),
				workspace
			};
			if (inputs.body.trim() === "" && inputs.bodyFile === "") return {};
			const given = inputs.bodyFile === "" ? "body" : "body-file";
			const { readBody } = await Promise.all([__nccwpck_require__.e(547), __nccwpck_require__.e(41)]).then(__nccwpck_require__.bind(__nccwpck_require__, 4041));
			const body = readBody(inputs);
			if (body === undefined) return {};
			if (method === "GET" || method === "HEAD") {
				throw new errors.dz(given, {
					problem: `is given, and a ${method} request has no body`,
					allowed: "a body with PUT, PATCH, POST or DELETE"
				});
			}
			return { body };
		}
		const CREDENTIALS = [
			"auto",
			"token",
			"client-secret"
		];
		function readSignIn(read, now) {
			const credential = readChoice(read, "credential", CREDENTIALS, "auto");
			const tenantId = readTenantId(read);
			const clientId = readGuid(read, "client-id");
			const auto = credential === "auto";
			if (credential === "token" || auto && read("token") !== "") {
				return Object.freeze({
					kind: "token",
					token: readToken(read, now)
				});
			}
			if (credential === "client-secret" || auto && read("client-secret") !== "") {
				for (const name of [
					"client-secret",
					"client-id",
					"tenant-id"
				]) {
					if (read(name) !== "") continue;
					const problem = "is missing; client-secret, client-id and tenant-id are needed together";
					throw new errors.dz(name, { problem });
				}
				const clientSecret = read("client-secret");
				return Object.freeze({
					kind: "client-secret",
					tenantId,
					clientId,
					clientSecret
				});
			}
			return Object.freeze({
				kind: "auto",
				...tenantId === "" ? {} : { tenantId },
				...clientId === "" ? {} : { clientId }
			});
		}
		function readToken(read, now) {
			const token = read("token");
			const refuse = (problem) => {
				throw new errors.dz("token", {
					problem,
					allowed: "an access token for Azure Resource Manager"
				});
			};
			if (token === "") refuse("is missing, and credential is token");
			if (/^bearer\s/i.test(token)) refuse("begins with \"Bearer\"; give what comes after it");
			if (!/^[\w.~+/-]+=*$/.test(token)) refuse("holds a character that no token has");
			const expiry = readTokenExpiry(token);
			if (expiry !== undefined && expiry <= now) {
				refuse(`expired ${Math.ceil((now - expiry) / 6e4)} min ago; get a new one in this job`);
			}
			return token;
		}
		function readTenantId(read) {
			const text = read("tenant-id");
			if (text === "" || GUID.test(text) || /^adfs$/i.test(text)) return text;
			if (/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i.test(text)) return text;
			throw new errors.dz("tenant-id", {
				read: text,
				problem: "is neither a GUID nor a domain",
				allowed: "such as 00000000-0000-0000-0000-000000000000 or example.onmicrosoft.com"
			});
		}
		const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
		function readGuid(read, name) {
			const text = read(name);
			if (text === "" || GUID.test(text)) return text;
			const allowed = "such as 00000000-0000-0000-0000-000000000000";
			throw new errors.dz(name, {
				read: text,
				problem: "is not a GUID",
				allowed
			});
		}
		function readWaiting(read) {
			const pollIntervalMs = readDuration(read, "poll-interval");
			const maxPollIntervalMs = readDuration(read, "max-poll-interval", { positive: true });
			if (pollIntervalMs !== undefined && maxPollIntervalMs !== undefined && pollIntervalMs > maxPollIntervalMs) {
				throw new errors.dz("poll-interval", {
					read: read("poll-interval"),
					problem: `is longer than max-poll-interval, ${read("max-poll-interval")}`
				});
			}
			return {
				wait: readBoolean(read, "wait", true),
				timeoutMs: readDuration(read, "timeout", { positive: true }) ?? DEFAULT_TIMEOUT_MS,
				...pollIntervalMs === undefined ? {} : { pollIntervalMs },
				...maxPollIntervalMs === undefined ? {} : { maxPollIntervalMs },
				finalStateVia: readChoice(read, "final-state-via", FINAL_STATE_VIAS, "auto")
			};
		}
		function readDuration(read, name, { positive = false } = {}) {
			const text = read(name);
			if (text === "") return undefined;
			const refuse = (problem) => {
				throw new errors.dz(name, {
					read: text,
					problem,
					allowed: DURATION_FORMS
				});
			};
			const durationMs = parseDuration(text) ?? refuse("is not a duration");
			if (positive && durationMs === 0) refuse("is no time at all");
			if (durationMs > MAX_DURATION_MS) {
				refuse("is longer than 6 days, and no job of GitHub Actions lasts that long");
			}
			return durationMs;
		}
		const CONTRACT_STATES = {
			"success-states": [
				"failed",
				"canceled",
				"cancelled"
			],
			"failure-states": ["succeeded", "completed"]
		};
		function readStates(read) {
			const successStates = readWords(read, "success-states");
			const failureStates = readWords(read, "failure-states");
			const success = new Set(successStates.map((word) => word.toLowerCase()));
			const both = failureStates.find((word) => success.has(word.toLowerCase()));
			if (both !== undefined) {
				throw new errors.dz("failure-states", {
					read: both,
					problem: "is given as one of success-states too",
					allowed: "each word in one of the two"
				});
			}
			return {
				successStates,
				failureStates
			};
		}
		function readWords(read, name) {
			const words = readLines(read, name);
			const opposites = CONTRACT_STATES[name];
			for (const word of words) {
				const refuse = (problem) => {
					throw new errors.dz(name, {
						read: word,
						problem,
						allowed: "one state word per line"
					});
				};
				if (!/^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,127}$/u.test(word)) refuse("is not a state word");
				if (opposites.includes(word.toLowerCase())) refuse("has a meaning that cannot be turned round");
			}
			return Object.freeze(words);
		}
		function readStatuses(read) {
			const statuses = readLines(read, "accept-status").map((line) => {
				if (/^[1-5]\d\d$/.test(line)) return Number(line);
				throw new errors.dz("accept-status", {
					read: line,
					problem: "is not an HTTP status",
					allowed: "one number from 100 to 599 per line"
				});
			});
			return Object.freeze([...new Set(statuses)]);
		}
		function readResponseFile(read, context) {
			const path = read("response-file");
			if (path === "") return (0, external_node_path_.join)(context.tempFolder, `arm-operation-${context.uniqueId}.json`);
			const target = (0, external_node_path_.resolve)(context.workspace, path);
			const problem = /[\\/]$/.test(path) ? "is a directory" : findFileProblem(target);
			if (problem === undefined) return target;
			throw new errors.dz("response-file", {
				read: path,
				problem,
				allowed: "the path of a file, relative to the workspace or absolute"
			});
		}
		function findFileProblem(path) {
			try {
				return (0, external_node_fs_.statSync)(path, { throwIfNoEntry: false })?.isDirectory() ? "is a directory" : undefined;
			} catch (error) {
				const code = error instanceof Error && "code" in error ? error.code : error;
				return `cannot be written (${code})`;
			}
		}
		function readBoolean(read, name, otherwise) {
			return readChoice(read, name, ["true", "false"], otherwise ? "true" : "false") === "true";
		}
		function readChoice(read, name, choices, otherwise) {
			const text = read(name);
			if (text === "") return otherwise;
			const choice = choices.find((candidate) => candidate.toLowerCase() === text.toLowerCase());
			if (choice !== undefined) return choice;
			throw new errors.dz(name, {
				read: text,
				problem: "is not one of the allowed values",
				allowed: choices.join(", ")
			});
		}
		function readLines(read, name) {
			return read(name).split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "");
		}
		function findUnusedInputs(read, method, signIn) {
			const warnings = [];
			const unused = signIn.kind === "token" ? "client-secret" : "token";
			if (read("token") !== "" && read("client-secret") !== "") {
				warnings.push(`Input ${unused} is not used: signing in with ${signIn.kind}.`);
			}
			const via = read("final-state-via").toLowerCase();
			if (via !== "" && via !== "auto" && method !== "POST" && method !== "PATCH") {
				warnings.push(`Input final-state-via is not used: it is for POST and PATCH, not ${method}.`);
			}
			return warnings;
		}
		var promises_ = __nccwpck_require__(1455);
		;
		function describeCause({ status, error, reason }) {
			if (status === "Succeeded") return undefined;
			if (error === undefined) {
				const message = reason ?? (status === "Failed" ? "Azure gave no error." : "");
				return message === "" ? undefined : {
					code: "",
					message,
					policies: []
				};
			}
			const root = findRootCause(error);
			const target = findTarget(error, root);
			const place = findPlace(error);
			return {
				code: root.code === "" ? error.code : root.code,
				message: root.message || error.message || reason || "The service gave no message.",
				...target !== undefined && { target },
				policies: listPolicies(error),
				...place !== undefined && { place }
			};
		}
		function listPolicies(error) {
			const names = flattenErrors(error).flatMap(({ error: node }) => [...node.additionalInfo.filter(({ type }) => type.toLowerCase() === "policyviolation").map(({ info }) => cause_readName(info)), ...node.additionalInfo.length > 0 ? [] : readQuotedNames(node.message)]);
			return [...new Set(names.filter((name) => name !== ""))];
		}
		const NAME_FIELDS = [
			"policyAssignmentDisplayName",
			"policyAssignmentName",
			"policyDefinitionDisplayName",
			"policyDefinitionName"
		];
		function cause_readName(info) {
			return NAME_FIELDS.map((field) => textOf(info[field])).find((name) => name !== "") ?? "";
		}
		function readQuotedNames(message) {
			const quoted = message.matchAll(/"policyAssignment":\s{0,9}\{\s{0,9}"name":\s{0,9}"([^"]{1,300})"/g);
			return Array.from(quoted, ([, name]) => name ?? "");
		}
		function findTarget(error, wanted, above) {
			const target = error.target ?? above;
			if (error === wanted) return target;
			for (const detail of error.details) {
				const found = findTarget(detail, wanted, target);
				if (found !== undefined) return found;
			}
			return undefined;
		}
		function findPlace(error) {
			const violation = flattenErrors(error).flatMap(({ error: node }) => node.additionalInfo).find(({ type }) => type.toLowerCase() === "templateviolation");
			if (violation === undefined) return undefined;
			const { lineNumber, linePosition, path } = violation.info;
			const line = typeof lineNumber === "number" && lineNumber > 0 ? `line ${lineNumber}` : "";
			const column = line !== "" && typeof linePosition === "number" ? `position ${linePosition}` : "";
			const place = [
				line,
				column,
				textOf(path)
			].filter((part) => part !== "").join(", ");
			return place === "" ? undefined : place;
		}
		function textOf(value) {
			return typeof value === "string" ? value.trim() : "";
		}
		;
		const MAX_LINE_CHARS = 4e3;
		const MAX_LABEL_CHARS = 60;
		const MAX_TITLE_CHARS = 200;
		const TERMINAL_ESCAPES = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*\u0007?/g;
		const LINE_BREAKS = /\r\n|[\r\n\v\f\u0085\u2028\u2029]/g;
		const INVISIBLE = /(?![\t\n])[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
		const WORDS = /[^\s'"<>`()]+/g;
		const SIGNATURES = /\bsig=[^&\s'"<>]+/gi;
		const DOCUMENTATION = /^https:\/\/(?:aka\.ms|go\.microsoft\.com|(?:learn|docs)\.microsoft\.com)\//i;
		function toLine(text, maxChars = MAX_LINE_CHARS) {
			const line = clean(text).replace(/\s+/g, " ").trim();
			return neutralizeCommands(bound(line, maxChars));
		}
		function toLines(text, maxLines) {
			const lines = clean(text).split("\n").map((line) => toLine(line)).filter((line) => line !== "");
			const more = lines.length - maxLines;
			return more <= 0 ? lines : [...lines.slice(0, maxLines), `… (${more} more lines)`];
		}
		function neutralizeCommands(line) {
			return line.replace(/(?<!\w):{2,}/g, (colons) => [...colons].join(" ")).replace(/##(?=\[)/g, "# #");
		}
		function toAnnotationProperty(text) {
			return toLine(text, MAX_TITLE_CHARS);
		}
		function toHtml(text, maxChars = MAX_LINE_CHARS) {
			return toLine(text, maxChars).replace(/[^\p{L}\p{M}\p{N}\s.,-]/gu, toEntity);
		}
		function toMarkdown(text, maxChars = MAX_LINE_CHARS) {
			return toLine(text, maxChars).replace(/[\\`*[\]|~!#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\$&").replace(/^[-+=]|(?<=^\d{1,9})[.)]/, "\\$&").replace(/[&<>$@]|:(?=\/\/)|(?<=\bwww)\./gi, toEntity);
		}
		function toCodeSpan(text, maxChars = MAX_LINE_CHARS) {
			const line = toLine(text, maxChars);
			if (line === "") return "";
			const fence = "`".repeat(longestRunOfBackticks(line) + 1);
			const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
			return `${fence}${pad}${line}${pad}${fence}`;
		}
		function toTableCode(text, maxChars = MAX_LINE_CHARS) {
			return text.includes("|") ? toMarkdown(text, maxChars) : toCodeSpan(text, maxChars);
		}
		function toFencedBlock(text, maxLines) {
			const body = toLines(text, maxLines).join("\n");
			const fence = "`".repeat(Math.max(3, longestRunOfBackticks(body) + 1));
			return `${fence}text\n${body}\n${fence}`;
		}
		function toMermaidLabel(text) {
			const label = bound(clean(text), MAX_LABEL_CHARS).replace(/[^\p{L}\p{N}._/…-]+/gu, " ");
			return label.trim();
		}
		function toMarkdownLink(text, url) {
			if (!URL.canParse(url) || new URL(url).protocol !== "https:") return text;
			const address = redactQueries(new URL(url).href).replace(/[<>()[\]|\\`…]/g, toPercent);
			return `[${text}](<${address}>)`;
		}
		function describeUrl(url) {
			if (!URL.canParse(url)) return toLine(url.split(/[?#]/)[0] ?? "");
			const { pathname, search } = new URL(url);
			return toLine(pathname + keepApiVersion(search.slice(1)));
		}
		function redactQueries(text) {
			const redacted = text.replace(WORDS, (word) => {
				const at = word.indexOf("?");
				const [head, query] = [word.slice(0, at), word.slice(at + 1)];
				if (at < 0 || !head.includes("/") || !query.includes("=") || DOCUMENTATION.test(head)) return word;
				return head + (keepApiVersion(query) || "?…");
			});
			return redacted.replace(SIGNATURES, "sig=…");
		}
		function keepApiVersion(query) {
			const version = /(?:^|&)api-version=([\w.-]{1,40})/i.exec(query)?.[1];
			return version === undefined ? "" : `?api-version=${version}`;
		}
		function clean(text) {
			const visible = text.toWellFormed().replace(TERMINAL_ESCAPES, "").replace(LINE_BREAKS, "\n").replace(INVISIBLE, "");
			return redactQueries(visible);
		}
		function bound(text, maxChars) {
			const more = text.length - maxChars;
			return more <= 0 ? text : `${text.slice(0, maxChars).toWellFormed()}… (${more} more characters)`;
		}
		function toEntity(mark) {
			return `&#${mark.codePointAt(0)};`;
		}
		function toPercent(mark) {
			return mark === "…" ? "" : `%${mark.charCodeAt(0).toString(16).toUpperCase()}`;
		}
		function longestRunOfBackticks(text) {
			return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
		}
		;
		const OUTPUT_NAMES = null && [
			"status",
			"status-code",
			"response",
			"response-file",
			"resource-id",
			"correlation-id",
			"request-id",
			"portal-url",
			"error-code",
			"error-message",
			"error",
			"duration-seconds",
			"poll-count"
		];
		const MAX_RESPONSE_BYTES = 900 * 1024;
		const MAX_ERROR_BYTES = 100 * 1024;
		const outputs_MAX_MESSAGE_CHARS = 4e3;
		async function writeOutputs(outcome, options) {
			const { writer = core_namespaceObject } = options;
			for (const [name, value] of listValues(outcome, writer)) outputs_setOutput(writer, name, value);
			const body = outcome.response?.body;
			if (body !== undefined) await writeResponse(body, options.responseFile, writer);
		}
		function listValues(outcome, writer) {
			const { status, response, accepted } = outcome;
			const seconds = Math.max(0, outcome.endedAt - outcome.startedAt) / 1e3;
			const cause = describeCause(outcome);
			const error = status === "Succeeded" ? undefined : outcome.error;
			return [
				["status", status],
				["status-code", String(response?.status ?? accepted?.status ?? "")],
				["resource-id", toLine(outcome.resourceId ?? "")],
				["correlation-id", toLine(outcome.correlationId ?? "")],
				["request-id", toLine(outcome.requestId ?? "")],
				["portal-url", outcome.portalUrl ?? ""],
				["error-code", error === undefined ? "" : findErrorCode(error)],
				["error-message", toLine(describeMessage(cause, error), outputs_MAX_MESSAGE_CHARS)],
				["error", error === undefined ? "" : formatError(error, writer)],
				["duration-seconds", String(Math.round(seconds * 10) / 10)],
				["poll-count", String(outcome.pollCount)]
			];
		}
		function describeMessage(cause, error) {
			if (cause === undefined) return "";
			const isSaid = error === undefined || cause.code === "" || cause.code === findErrorCode(error);
			return isSaid ? cause.message : `${cause.code}: ${cause.message}`;
		}
		function outputs_setOutput(writer, name, value) {
			if (value === "") return;
			try {
				writer.setOutput(name, value);
			} catch (error) {
				writer.warning(`The output ${name} could not be set: ${describe(error)}`);
			}
		}
		async function writeResponse(body, file, writer) {
			const text = body.kind === "empty" ? "" : body.text;
			const size = Buffer.byteLength(text);
			if (size <= MAX_RESPONSE_BYTES) {
				outputs_setOutput(writer, "response", text);
			} else {
				writer.warning(`The output response is left out: the body has ${size} bytes, more than ${MAX_RESPONSE_BYTES}. Read response-file.`);
			}
			try {
				await (0, promises_.mkdir)((0, external_node_path_.dirname)(file), { recursive: true });
				await (0, promises_.writeFile)(file, text);
				outputs_setOutput(writer, "response-file", file);
			} catch (error) {
				writer.warning(`The response file could not be written: ${describe(error)}`);
			}
		}
		function formatError(error, writer) {
			const json = toRedactedJson(error);
			if (Buffer.byteLength(json) <= MAX_ERROR_BYTES) return json;
			writer.warning(`The output error is shortened to the root and its cause: it is over ${MAX_ERROR_BYTES} bytes.`);
			const cause = shorten(findRootCause(error));
			return toRedactedJson({
				...shorten(error),
				details: [cause]
			});
		}
		function toRedactedJson(error) {
			return JSON.stringify(error, (_key, value) => typeof value === "string" ? redactQueries(value) : value);
		}
		function shorten({ code, message, target = "" }) {
			const about = target === "" ? {} : { target: target.slice(0, outputs_MAX_MESSAGE_CHARS) };
			return {
				code,
				message: message.slice(0, outputs_MAX_MESSAGE_CHARS),
				...about,
				details: [],
				additionalInfo: []
			};
		}
		function describe(error) {
			return toLine(error instanceof Error ? error.message : String(error));
		}
		;
		const ROLES = "az role assignment create";
		const QUOTA = "Read the limit in the message: ask for more quota, use less, or use another region.";
		const RULES = [
			["AuthorizationFailed LinkedAuthorizationFailed", adviseOnRights],
			["RoleAssignmentUpdateNotPermitted DenyAssignmentAuthorizationFailed", say("Remove the deny assignment or the conflicting role assignment at that scope.")],
			["RequestDisallowedByPolicy", adviseOnPolicy],
			["MissingSubscriptionRegistration SubscriptionNotRegistered", adviseOnRegistration],
			["DeploymentActive", say("A deployment of this name is still running: wait for it, cancel it, or choose a name of its own for each run.")],
			["DeploymentQuotaExceeded", say("The scope keeps 800 deployments: delete old ones from its history, or turn automatic deletion on.")],
			["QuotaExceeded ResourceQuotaExceeded", say(QUOTA)],
			["OperationNotAllowed", ({ message }) => /quota/i.test(message) ? QUOTA : undefined],
			["SkuNotAvailable", say("Choose another size, zone or region; az vm list-skus --location <region> --all shows what is open to you.")],
			["AllocationFailed ZonalAllocationFailed OverconstrainedAllocationRequest OverconstrainedZonalAllocationRequest", say("Azure has no room for this size there now: run it again later, or choose another size, zone or region.")],
			["ResourceGroupNotFound", say("Create the resource group first, and check its name and the subscription in the URL.")],
			["SubscriptionNotFound InvalidSubscriptionId", say("Check the subscription ID, and that the identity signed in has a role in that subscription and its tenant.")],
			["ResourceNotFound ParentResourceNotFound NotFound", say("Check the names in the URL and the body; a resource that another one needs must exist first.")],
			["InvalidApiVersionParameter NoRegisteredProviderFound MissingApiVersionParameter InvalidResourceType", adviseOnApiVersion],
			["InvalidResourceNamespace", say("Check the spelling of the provider namespace in the URL.")],
			["LocationNotAvailableForResourceType", say("Choose one of the regions that the message names.")],
			["InvalidResourceLocation", say("The resource already exists in another region: delete it first, or use its region or another name.")],
			["ExpiredAuthenticationToken", say("The token has expired: sign in with client-id and tenant-id, which renews it, instead of the input token.")],
			["InvalidAuthenticationToken InvalidAuthenticationTokenTenant InvalidAuthenticationTokenAudience AuthenticationFailed AuthenticationFailedMissingToken", say("Check the inputs tenant-id and environment: the token must be for this tenant and for Azure Resource Manager.")],
			["TooManyRequests SubscriptionRequestsThrottled OperationThrottled ServerBusy", say("Azure is throttling: run fewer requests at once, or run it again after a few minutes.")],
			["AnotherOperationInProgress RetryableErrorDueToAnotherOperation ConcurrentUpdate ResourceIsBusy AnotherOperationIsInProgress OperationPreempted", say("Another operation holds this resource: let it end, then run this again; do not run both at once.")],
			["ScopeLocked", adviseOnLock],
			["ResourceGroupBeingDeleted ResourceBeingDeleted", say("It is being deleted: wait until it is gone, then run this again.")],
			["ResourceGroupDeletionBlocked ResourceGroupDeletionTimeout", say("Delete the resources that the message names, or remove what holds them, then delete the group again.")],
			["InvalidTemplate InvalidTemplateDeployment InvalidDeployment InvalidContentLink", say("Correct the template or its parameters where the message points.")],
			["InvalidRequestContent InvalidRequestFormat InvalidParameter InvalidParameterValue LinkedInvalidPropertyId", say("Correct the body: the message names the property.")],
			["PropertyChangeNotAllowed", say("This property is fixed when the resource is created: leave it out, or create the resource anew.")],
			["StorageAccountAlreadyTaken StorageAccountAlreadyExists VaultAlreadyExists DnsRecordInUse NameNotAvailable WebsiteAlreadyExists", say("The name is taken somewhere in Azure: choose another one.")],
			["FlagMustBeSetForRestore ConflictError SoftDeletedVaultExists", say("A deleted resource of this name can still be recovered: recover it, purge it, or use another name.")],
			["RoleAssignmentExists", say("The role assignment is already there under another name: nothing needs to be done.")],
			["PrincipalNotFound", say("A new identity takes a while to be known everywhere: set principalType in the body, or run it again.")],
			["InUseSubnetCannotBeDeleted NicInUse PublicIPAddressCannotBeDeleted SubnetInUse DiskInUse InUseNetworkSecurityGroupCannotBeDeleted", say("Something still uses it: remove that first; the message names it.")],
			["ReadOnlyDisabledSubscription DisallowedOperation SubscriptionDisabled", say("The subscription is disabled or restricted: its owner must enable it.")],
			["PreconditionFailed", say("The resource changed since its etag was read: read it again, or leave If-Match out.")],
			["RequestEntityTooLarge RequestContentTooLarge JobSizeExceeded", say("The request is over the limit of 4 MB: split the template, or link its parts.")]
		];
		const RULE_BY_CODE = new Map(RULES.flatMap(([codes, advise]) => codes.split(" ").map((code) => [code.toLowerCase(), advise])));
		function adviseOn(outcome) {
			if (outcome.neverSent === true) return "Nothing was sent: run it again once the cause is mended.";
			switch (outcome.status) {
				case "Succeeded": return undefined;
				case "InProgress": return "Look at the resource or in the portal to see how it ends.";
				case "TimedOut": return "Look at the resource before you run this again, or give it more time with the input timeout.";
				case "Unknown": return "Look at the resource before you run this again: it could be done twice.";
				case "Failed":
				case "Canceled": return outcome.error === undefined ? adviseOnStatus(outcome) : adviseOnError(outcome, outcome.error);
				default: return outcome.status;
			}
		}
		function adviseOnError(outcome, tree) {
			const errors = [findRootCause(tree), ...flattenErrors(tree).map(({ error }) => error)];
			for (const error of errors) {
				const advice = RULE_BY_CODE.get(error.code.toLowerCase())?.(error, tree);
				if (advice !== undefined) return advice;
			}
			return advice_readRecommendation(errors) ?? adviseOnStatus(outcome);
		}
		function adviseOnStatus({ response, error }) {
			switch (response?.status) {
				case 401: return "Check how the step signs in: Azure did not accept its token.";
				case 403: return "Give the identity that signs in a role with this right at this scope.";
				case 429: return "Azure is throttling: run fewer requests at once, or run it again after a few minutes.";
				default: return error === undefined || findErrorCode(error) === "" ? "Look for the correlation ID in the activity log of the subscription." : undefined;
			}
		}
		function say(line) {
			return () => line;
		}
		function adviseOnRights({ message }) {
			const [, action] = [...message.matchAll(/\baction(?:\(s\))? '([^']{1,500})'/g)].at(-1) ?? [];
			const [, scope] = [...message.matchAll(/\bscope(?:\(s\))? '([^']{1,1000})'/g)].at(-1) ?? [];
			const right = action === undefined ? "this right" : `the action ${action}`;
			const where = scope === undefined ? "this scope" : `the scope ${scope}`;
			return `Give the identity that signs in a role with ${right} at ${where} (${ROLES}); a new role takes some minutes to work.`;
		}
		function adviseOnPolicy(_error, tree) {
			const policies = listPolicies(tree);
			return policies.length === 0 ? "Change the request so that it complies with the policy, or ask for an exemption." : `Change the request so that it complies with ${policies.join("; ")}, or ask for an exemption.`;
		}
		function adviseOnRegistration({ message }) {
			const namespace = /\bnamespace '([A-Za-z0-9.]{1,100})'/.exec(message)?.[1];
			return namespace === undefined ? "Register the resource provider in the subscription, once: az provider register --namespace <namespace>" : `Register the resource provider in the subscription, once: az provider register --namespace ${namespace}`;
		}
		function adviseOnApiVersion({ message }) {
			const versions = message.match(/\b20\d\d-\d\d-\d\d\b(?!-)/g) ?? [];
			const isList = /supported|following/i.test(message) && versions.length > 0;
			const newest = [...new Set(versions)].sort().at(-1);
			return isList ? `Check the resource type and region, or use an api-version that the message lists (newest: ${newest}).` : "Check the resource type in the URL, the region, and the api-version.";
		}
		function adviseOnLock({ message }) {
			const scope = /\blocked: '([^']{1,1000})'/.exec(message)?.[1];
			return scope === undefined ? "Remove the lock first, and set it again afterwards." : `Remove the lock on ${scope} first, and set it again afterwards.`;
		}
		function advice_readRecommendation(errors) {
			return errors.flatMap(({ additionalInfo }) => additionalInfo).filter(({ type }) => type === RECOMMENDATION).map(({ info }) => info.recommendedAction).flatMap((action) => Array.isArray(action) ? action : [action]).find((action) => typeof action === "string" && action.trim() !== "");
		}
		;
		const format_SECOND_MS = 1e3;
		const format_MINUTE_MS = 60 * format_SECOND_MS;
		const format_HOUR_MS = 60 * format_MINUTE_MS;
		const format_DAY_MS = 24 * format_HOUR_MS;
		function formatClock(at) {
			const inDay = (at % format_DAY_MS + format_DAY_MS) % format_DAY_MS;
			const parts = [
				inDay / format_HOUR_MS,
				inDay % format_HOUR_MS / format_MINUTE_MS,
				inDay % format_MINUTE_MS / format_SECOND_MS
			];
			return parts.map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
		}
		function formatTimestamp(at) {
			return `${new Date(at).toISOString().slice(0, 10)} ${formatClock(at)} UTC`;
		}
		function formatDuration(ms) {
			if (ms < 10 * format_SECOND_MS) return `${Math.max(0, Math.round(ms / 100) / 10)} s`;
			const seconds = Math.round(ms / format_SECOND_MS);
			if (seconds < 60) return `${seconds} s`;
			if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
			const minutes = Math.round(seconds / 60);
			return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
		}
		;
		const TITLES = {
			Succeeded: ["✅", "Succeeded"],
			Failed: ["❌", "Failed"],
			Canceled: ["🚫", "Canceled"],
			TimedOut: ["⏱️", "Timed out waiting"],
			InProgress: ["⏳", "In progress"],
			Unknown: ["❔", "Outcome unknown"]
		};
		function describeVerdict(outcome) {
			const [mark, title] = TITLES[outcome.status];
			return {
				title,
				mark,
				sentence: describeEnd(outcome),
				whereabouts: describeWhereabouts(outcome)
			};
		}
		function wasRefused({ status, accepted, mayStillRun }) {
			const first = accepted?.status ?? 0;
			return status === "Failed" && !mayStillRun && first >= 400 && first < 500;
		}
		function describeEnd(outcome) {
			const after = formatDuration(outcome.endedAt - outcome.startedAt);
			switch (outcome.status) {
				case "Succeeded": return `The operation succeeded after ${after}.`;
				case "Failed":
					if (outcome.neverSent === true) return "The request was not sent.";
					return wasRefused(outcome) ? `Azure refused the request with HTTP ${outcome.accepted?.status}.` : `The operation failed after ${after}.`;
				case "Canceled": return `The operation was canceled in Azure after ${after}.`;
				case "TimedOut": return `Stopped waiting after ${after}; the operation had not ended by then.`;
				case "InProgress": return "Azure accepted the request; this step did not wait for the operation to end.";
				case "Unknown": return `After ${after} it could not be found out how the operation ended.`;
				default: return outcome.status;
			}
		}
		function describeWhereabouts(outcome) {
			if (outcome.mayStillRun) return "It may still be running in Azure.";
			if (outcome.neverSent === true) return "Nothing was started in Azure.";
			if (outcome.status === "Succeeded") return "";
			return wasRefused(outcome) ? "Nothing was started in Azure." : "It is not running in Azure any more.";
		}
		;
		const MAX_CAUSE_CHARS = 2e3;
		const MAX_ID_CHARS = 300;
		function describeFailure(outcome) {
			const { title, sentence, whereabouts } = describeVerdict(outcome);
			const cause = describeCause(outcome);
			const advice = adviseOn(outcome);
			const code = toLine(cause?.code ?? "");
			const causeText = toLine(cause?.message ?? "", MAX_CAUSE_CHARS);
			return {
				title: toAnnotationProperty(code === "" ? title : `${title}: ${code}`),
				message: [
					code === "" ? causeText : `${code}: ${causeText}`,
					sentence,
					whereabouts,
					advice === undefined ? "" : `What to do: ${toLine(advice)}`,
					`(${listIds(outcome).join(", ")})`
				].filter((part) => part !== "").join(" ")
			};
		}
		function listIds({ request, response, correlationId, requestId }) {
			return [
				`${request.method} ${describeUrl(request.url)}`,
				response === undefined ? "" : `HTTP ${response.status}`,
				correlationId === undefined ? "" : `correlation ID ${toLine(correlationId, MAX_ID_CHARS)}`,
				requestId === undefined ? "" : `request ID ${toLine(requestId, MAX_ID_CHARS)}`
			].filter((part) => part !== "");
		}
		;
		function listFacts(outcome) {
			const { request, lastStatus, pollingPath, correlationId, requestId, resourceId, portalUrl } = outcome;
			return [
				fact("Request", `${request.method} ${describeUrl(request.url)}`, "code"),
				fact("HTTP status", facts_describeStatus(outcome)),
				fact("Last status", lastStatus, "code"),
				fact("Duration", formatDuration(outcome.endedAt - outcome.startedAt)),
				fact("Polls", String(outcome.pollCount)),
				fact("Ended", formatTimestamp(outcome.endedAt)),
				fact("Resource ID", resourceId, "code"),
				fact("Polling path", isOpen(outcome) ? pollingPath : undefined, "code"),
				fact("Correlation ID", correlationId, "code"),
				fact("Request ID", requestId, "code"),
				fact("Answered by", outcome.response?.headers["x-ms-failure-cause"]),
				fact("Portal", portalUrl, "url")
			].filter((each) => each.value !== "");
		}
		function fact(name, value, kind = "text") {
			return {
				name,
				value: value?.trim() ?? "",
				kind
			};
		}
		function facts_describeStatus({ response, accepted }) {
			const last = response?.status;
			const first = accepted?.status;
			if (last === undefined) return first === undefined ? "no answer" : `${first} (first answer)`;
			return first === undefined || first === last ? String(last) : `${last} (first answer ${first})`;
		}
		function isOpen({ status, mayStillRun }) {
			return mayStillRun || status === "Unknown";
		}
		;
		const HEARTBEAT_MS = 6e4;
		const MAX_STATUS_CHARS = 200;
		const MAX_MESSAGE_LINES = 10;
		const MAX_TREE_NODES = 40;
		const MAX_TREE_MESSAGE_CHARS = 500;
		const MAX_INDENT_LEVELS = 10;
		const NAME_WIDTH_CHARS = 16;
		class Log {
			#writer;
			#warned = new Set();
			#group;
			#startedAt;
			#lastLineAt = 0;
			#lastState = "";
			constructor(writer = core_namespaceObject) {
				this.#writer = writer;
			}
			requestSent({ request, at, correlationId, portalUrl }) {
				this.#startedAt = at;
				this.#open("Request");
				this.#writeAt(at, `${request.method} ${describeUrl(request.url)}`);
				if (correlationId !== undefined) this.#write(formatFact("Correlation ID", correlationId));
				if (portalUrl !== undefined) this.#write(formatFact("Portal", portalUrl));
			}
			retrying({ at, reason, delayMs }) {
				this.#open("Request");
				const next = delayMs > 0 ? `; trying again in ${formatDuration(delayMs)}` : "";
				this.#writeAt(at, `${toLine(reason)}${next}`);
			}
			answered({ status, at, requestId }) {
				this.#open("Request");
				this.#writeAt(at, `HTTP ${status}`);
				if (requestId !== undefined) this.#write(formatFact("Request ID", requestId));
			}
			statusChanged({ at, status, percentComplete }) {
				const word = toLine(status, MAX_STATUS_CHARS) || "unnamed state";
				const state = percentComplete === undefined ? word : `${word}  ${percentComplete}%`;
				if (state === this.#lastState) return;
				this.#lastState = state;
				this.#open("Waiting");
				this.#writeAt(at, state);
			}
			heartbeat({ at, nextPollAt }) {
				if (at - this.#lastLineAt < HEARTBEAT_MS) return;
				this.#startedAt ??= at;
				const next = nextPollAt === undefined || nextPollAt <= at ? "" : `, next poll in ${formatDuration(nextPollAt - at)}`;
				const state = this.#lastState === "" ? "waiting" : `still ${this.#lastState.replace("  ", " ")}`;
				this.#open("Waiting");
				this.#writeAt(at, `${state} after ${formatDuration(at - this.#startedAt)}${next}`);
			}
			warning(text) {
				const line = toLine(text);
				if (this.#warned.has(line)) return;
				this.#warned.add(line);
				this.#writer.warning(line);
			}
			finished(outcome) {
				this.#close();
				for (const warning of outcome.warnings) this.warning(warning);
				const { title, sentence, whereabouts } = describeVerdict(outcome);
				const { status, reason, error } = outcome;
				this.#write(`Result: ${title}`);
				this.#write(`  ${sentence} ${whereabouts}`.trimEnd());
				const cause = describeCause(outcome);
				const advice = adviseOn(outcome);
				if (cause !== undefined) {
					if (error !== undefined && reason !== undefined) this.#write(`  ${toLine(reason)}`);
					this.#writeAll(["", ...formatCause(cause)]);
				}
				if (advice !== undefined) this.#writeAll(["", `What to do: ${toLine(advice)}`]);
				if (status !== "Succeeded") this.#writeAll(formatTree(error));
				const facts = listFacts(outcome).map(({ name, value }) => formatFact(name, value));
				this.#writeAll(["", ...facts]);
			}
			#open(group) {
				if (this.#group === group) return;
				this.#close();
				this.#group = group;
				this.#writer.startGroup(group);
			}
			#close() {
				if (this.#group !== undefined) this.#writer.endGroup();
				this.#group = undefined;
			}
			#writeAt(at, text) {
				this.#lastLineAt = at;
				this.#write(`${formatClock(at)}  ${text}`);
			}
			#writeAll(lines) {
				for (const line of lines) this.#write(line);
			}
			#write(line) {
				this.#writer.info(neutralizeCommands(line));
			}
		}
		function formatFact(name, value) {
			return `  ${name.padEnd(NAME_WIDTH_CHARS)}${toLine(value)}`;
		}
		function formatCause({ code, message, target, place, policies }) {
			const [first = "", ...rest] = toLines(message, MAX_MESSAGE_LINES);
			return [
				code === "" ? `Why: ${first}` : `Root cause: ${toLine(code)}: ${first}`,
				...rest.map((line) => `  ${line}`),
				...target === undefined ? [] : [formatFact("Resource", target)],
				...place === undefined ? [] : [formatFact("Template", place)],
				...policies.slice(0, MAX_TREE_NODES).map((policy) => formatFact("Policy", policy))
			];
		}
		function formatTree(error) {
			const nodes = error === undefined ? [] : flattenErrors(error);
			if (nodes.length < 2) return [];
			const more = nodes.length - MAX_TREE_NODES;
			const lines = nodes.slice(0, MAX_TREE_NODES).map(formatNode);
			return [
				"",
				"Errors:",
				...lines,
				...more > 0 ? [`  … (${more} more in the output error)`] : []
			];
		}
		function formatNode({ depth, error: { code, message, target } }) {
			const indent = "  ".repeat(Math.min(depth, MAX_INDENT_LEVELS) + 1);
			const text = [code, message].filter((part) => part !== "").map((part) => toLine(part, MAX_TREE_MESSAGE_CHARS));
			return `${indent}${text.join(": ")}${target === undefined ? "" : ` (${toLine(target)})`}`;
		}
		;
		const MAX_ROWS = 24;
		const HEAD_ROWS = 12;
		function renderTimeline(outcome) {
			const rows = timeline_shorten(listRows(outcome));
			if (rows.length === 0 || outcome.endedAt <= outcome.startedAt) return "";
			const last = rows.length - 1;
			const tasks = rows.map(({ label, from, to }, index) => {
				const tag = index === last ? lastTag(outcome, to > from) : "done";
				return `  ${index + 1} ${label} :${tag}, ${Math.round(from)}, ${Math.round(to)}`;
			});
			const chart = [
				"gantt",
				"  dateFormat x",
				"  axisFormat %H:%M:%S",
				...tasks
			];
			return [
				"```mermaid",
				...chart,
				"```"
			].join("\n");
		}
		function listRows({ changes, startedAt, endedAt }) {
			const first = changes[0];
			if (first === undefined) return [];
			const starts = changes.filter((change, index) => change.status !== changes[index - 1]?.status);
			const request = {
				label: "Request",
				from: startedAt,
				to: first.at
			};
			const states = starts.map((start, index) => {
				const next = starts[index + 1];
				return {
					label: nameState(start),
					from: start.at,
					to: Math.max(start.at, next?.at ?? endedAt)
				};
			});
			return first.at > startedAt ? [request, ...states] : states;
		}
		function nameState({ status }) {
			return toMermaidLabel(status) || "unnamed state";
		}
		function timeline_shorten(rows) {
			if (rows.length <= MAX_ROWS) return rows;
			const tail = rows.slice(HEAD_ROWS - MAX_ROWS + 1);
			const middle = rows.slice(HEAD_ROWS, rows.length - tail.length);
			const label = `${middle.length} more states`;
			const from = middle[0]?.from ?? 0;
			return [
				...rows.slice(0, HEAD_ROWS),
				{
					label,
					from,
					to: tail[0]?.from ?? from
				},
				...tail
			];
		}
		function lastTag({ status }, hasLength) {
			if (status !== "Succeeded" && status !== "Failed" && status !== "Canceled") return "active";
			const tag = status === "Succeeded" ? "done" : "crit";
			return hasLength ? tag : `${tag}, milestone`;
		}
		;
		const MAX_SUMMARY_BYTES = 1e6;
		const summary_MAX_TREE_NODES = 60;
		const MAX_OPEN_TREE_NODES = 12;
		const summary_MAX_TREE_MESSAGE_CHARS = 600;
		const summary_MAX_INDENT_LEVELS = 8;
		const MAX_WARNINGS = 20;
		const summary_MAX_MESSAGE_LINES = 10;
		const LEFT_OUT = "_The rest is left out: the summary would be too long._\n";
		function renderSummary(outcome, options = {}) {
			const { title, mark, sentence, whereabouts } = describeVerdict(outcome);
			const sections = [
				`## ${mark} ${title}: ${outcome.request.method} ${nameResource(outcome)}`,
				`${sentence} ${whereabouts}`.trim(),
				renderReason(outcome),
				renderCause(describeCause(outcome)),
				renderAdvice(adviseOn(outcome)),
				renderFacts(listFacts(outcome)),
				outcome.status === "Succeeded" ? "" : renderTree(outcome.error),
				renderSection("Timeline", renderTimeline(outcome)),
				renderWarnings(outcome.warnings)
			];
			return joinWithin(sections, options.maxBytes ?? MAX_SUMMARY_BYTES);
		}
		function nameResource({ request }) {
			const [path = ""] = describeUrl(request.url).split("?");
			return toMarkdown(path.split("/").slice(-2).join("/"), 120);
		}
		function renderReason({ reason, error, status }) {
			return reason === undefined || error === undefined || status === "Succeeded" ? "" : toMarkdown(reason);
		}
		function renderCause(cause) {
			if (cause === undefined) return "";
			const { code, message, target, place, policies } = cause;
			const name = code === "" ? "**Why**" : `**Root cause** ${toCodeSpan(code, 200)}`;
			const isLong = toLines(message, 2).length > 1;
			const about = [
				target === undefined ? "" : `- Resource: ${toCodeSpan(target, 600)}`,
				place === undefined ? "" : `- Template: ${toCodeSpan(place, 600)}`,
				...policies.slice(0, MAX_WARNINGS).map((policy) => `- Policy: ${toCodeSpan(policy, 300)}`)
			].filter((line) => line !== "");
			const text = isLong ? `\n\n${toFencedBlock(message, summary_MAX_MESSAGE_LINES)}` : ` ${toMarkdown(message)}`;
			return [`${name}:${text}`, about.join("\n")].filter((part) => part !== "").join("\n\n");
		}
		function renderAdvice(advice) {
			return advice === undefined ? "" : `**What to do:** ${toMarkdown(advice)}`;
		}
		function renderFacts(facts) {
			const rows = facts.map((fact) => `| ${fact.name} | ${renderFact(fact)} |`);
			return [
				"| | |",
				"|---|---|",
				...rows
			].join("\n");
		}
		function renderFact({ kind, value }) {
			switch (kind) {
				case "text": return toMarkdown(value);
				case "code": return toTableCode(value);
				case "url": return toMarkdownLink("Open in the portal", value);
				default: return kind;
			}
		}
		function renderTree(error) {
			const nodes = error === undefined ? [] : flattenErrors(error);
			if (error === undefined || nodes.length < 2) return "";
			const more = nodes.length - summary_MAX_TREE_NODES;
			const list = nodes.slice(0, summary_MAX_TREE_NODES).map(renderNode);
			if (more > 0) list.push(`- ${more} more; the output \`error\` has them all`);
			if (nodes.length <= MAX_OPEN_TREE_NODES) return renderSection("Errors", list.join("\n"));
			const title = `${nodes.length} errors, from ${toHtml(error.code, 200) || "the root"} down`;
			const folded = `<details><summary>${title}</summary>\n\n${list.join("\n")}\n\n</details>`;
			return renderSection("Errors", folded);
		}
		function renderNode({ depth, error }) {
			const indent = "  ".repeat(Math.min(depth, summary_MAX_INDENT_LEVELS));
			const text = [
				error.code === "" ? "" : toCodeSpan(error.code, 200),
				toMarkdown(error.message, summary_MAX_TREE_MESSAGE_CHARS),
				error.target === undefined ? "" : `(${toCodeSpan(error.target, 300)})`
			];
			return `${indent}- ${text.filter((part) => part !== "").join(" ")}`;
		}
		function renderWarnings(warnings) {
			const list = warnings.slice(0, MAX_WARNINGS).map((warning) => `- ${toMarkdown(warning, 1e3)}`);
			const more = warnings.length - MAX_WARNINGS;
			if (more > 0) list.push(`- ${more} more in the log`);
			return renderSection("Warnings", list.join("\n"));
		}
		function renderSection(title, body) {
			return body === "" ? "" : `### ${title}\n\n${body}`;
		}
		function joinWithin(sections, maxBytes) {
			const wanted = sections.filter((section) => section !== "").map((section) => `${section}\n\n`);
			if (Buffer.byteLength(wanted.join("")) <= maxBytes) return wanted.join("");
			let text = "";
			for (const section of wanted) {
				if (Buffer.byteLength(text + section + LEFT_OUT) > maxBytes) break;
				text += section;
			}
			return text + LEFT_OUT;
		}
		;
		const TERMINAL_WORDS = new Map([
			["succeeded", "succeeded"],
			["failed", "failed"],
			["canceled", "canceled"],
			["cancelled", "canceled"]
		]);
		function interpretProvisioningState(word, extra) {
			const normal = normalize(word);
			if (extra.success.some((own) => normalize(own) === normal)) return "succeeded";
			if (extra.failure.some((own) => normalize(own) === normal)) return "failed";
			return TERMINAL_WORDS.get(normal) ?? "running";
		}
		function interpretStatus(word, extra) {
			const meaning = interpretProvisioningState(word, extra);
			return meaning === "running" && normalize(word) === "completed" ? "succeeded" : meaning;
		}
		function normalize(word) {
			return word.trim().toLowerCase();
		}
		;
		const SUCCEEDED = {
			kind: "over",
			meaning: "succeeded"
		};
		function readFirstAnswer(request, response, rules) {
			const headers = readPollingHeaders(response, request.url, rules.trust);
			if (request.method === "GET" || request.method === "HEAD") {
				return response.status === 202 ? followRead(request, headers) : SUCCEEDED;
			}
			if (response.status === 204) return SUCCEEDED;
			const changes = request.method === "PUT" || request.method === "PATCH";
			const meaning = changes ? meaningOf(response, rules) : undefined;
			const monitor = followStatusUrl(headers, response.status !== 202 && meaning === "succeeded");
			if (monitor !== undefined) return monitor;
			if (response.status === 202) return followAccepted(request, headers);
			return changes ? readChange(request, response, headers, meaning) : readAction(request, response, headers, rules);
		}
		function followRead(request, headers) {
			const { location } = headers;
			return followStatusUrl(headers, false) ?? {
				kind: "follow",
				via: "location-url",
				url: location.kind === "usable" ? location.url : request.url
			};
		}
		function followStatusUrl(headers, soft) {
			const { asyncOperation, operationLocation } = headers;
			if (asyncOperation.kind === "usable") {
				const { url } = asyncOperation;
				return {
					kind: "follow",
					via: "status-url",
					url,
					header: "azure-async-operation",
					soft,
					atOnce: soft
				};
			}
			if (operationLocation.kind === "usable") {
				const { url } = operationLocation;
				return {
					kind: "follow",
					via: "status-url",
					url,
					header: "operation-location",
					soft,
					atOnce: soft
				};
			}
			return undefined;
		}
		function followAccepted(request, { location }) {
			if (location.kind === "usable") {
				return {
					kind: "follow",
					via: "location-url",
					url: location.url
				};
			}
			switch (request.method) {
				case "PUT":
				case "PATCH": return {
					kind: "follow",
					via: "resource",
					url: request.url
				};
				case "DELETE": return {
					kind: "follow",
					via: "absence",
					url: request.url
				};
				default: return {
					kind: "unknown",
					reason: "Azure accepted the request (202) without a usable polling URL, so it cannot be followed"
				};
			}
		}
		function readChange(request, response, headers, meaning) {
			const hasHiddenMonitor = hasUnusableStatusUrl(headers);
			if (hasHiddenMonitor && meaning === "succeeded") return { kind: "confirm" };
			const isOver = meaning !== undefined && meaning !== "running";
			if (isOver && !hasHiddenMonitor) return {
				kind: "over",
				meaning
			};
			const monitor = followLocation(headers.location, request);
			if (monitor !== undefined) return monitor;
			const atWork = meaning === "running" || hasHiddenMonitor || response.status === 201;
			return atWork || isUnreadableResource(response) ? {
				kind: "follow",
				via: "resource",
				url: request.url
			} : SUCCEEDED;
		}
		function readAction(request, response, headers, rules) {
			const monitor = followLocation(headers.location, request);
			if (monitor !== undefined) return monitor;
			if (hasUnusableStatusUrl(headers)) {
				return request.method === "DELETE" ? {
					kind: "follow",
					via: "absence",
					url: request.url
				} : {
					kind: "unknown",
					reason: "Azure started an operation whose polling URL is not on the trusted endpoint"
				};
			}
			return {
				kind: "over",
				meaning: readFailedResult(response, rules) ?? "succeeded"
			};
		}
		function followLocation(location, request) {
			if (location.kind !== "usable" || isSelfReference(location.url, request.url)) return undefined;
			return {
				kind: "follow",
				via: "location-url",
				url: location.url,
				soft: true
			};
		}
		function hasUnusableStatusUrl({ asyncOperation, operationLocation }) {
			return asyncOperation.kind === "unusable" || operationLocation.kind === "unusable";
		}
		function meaningOf(response, rules) {
			const state = readProvisioningState(response.body);
			return state.kind === "word" ? interpretProvisioningState(state.word, rules.extraStates) : undefined;
		}
		function isUnreadableResource({ body }) {
			return body.kind === "malformed" || readProvisioningState(body).kind === "malformed";
		}
		function readFailedResult({ body }, rules) {
			const status = readStatus(body);
			if (status.kind !== "word" || asObject(readField(readObject(body), "error")) === undefined) {
				return undefined;
			}
			const meaning = interpretStatus(status.word, rules.extraStates);
			return meaning === "failed" || meaning === "canceled" ? meaning : undefined;
		}
		;
		const RUNNING = {
			kind: "state",
			meaning: "running"
		};
		const poll_answer_SUCCEEDED = {
			kind: "state",
			meaning: "succeeded"
		};
		const MALFORMED = {
			kind: "unreadable",
			fault: "malformed"
		};
		function readPollAnswer(operation, response, rules) {
			const ok = response.status >= 200 && response.status < 300;
			switch (operation.via) {
				case "status-url": return ok ? readStatusUrl(operation, response, rules) : unreadable(response);
				case "location-url": return ok ? readLocationUrl(operation, response, rules) : readLocationError(response);
				case "resource": return ok ? readResource(response, rules) : unreadable(response);
				case "absence": return readAbsence(response, rules);
				default: return operation.via;
			}
		}
		function classifyFault(status) {
			switch (status) {
				case 401: return "unauthorized";
				case 403: return "forbidden";
				case 404: return "not-found";
				case 405: return "not-allowed";
				case 408: return "transient";
				case 429: return "throttled";
				default: return status >= 500 ? "transient" : "refused";
			}
		}
		function unreadable({ status }) {
			return {
				kind: "unreadable",
				fault: classifyFault(status)
			};
		}
		function state(meaning, word) {
			return {
				kind: "state",
				meaning,
				word
			};
		}
		function readStatusUrl(operation, { status: httpStatus, body }, rules) {
			if (httpStatus === 204) {
				const { method } = operation.facts.request;
				return method === "PUT" || method === "PATCH" ? { kind: "ask-resource" } : poll_answer_SUCCEEDED;
			}
			const status = readStatus(body);
			if (status.kind === "word") return state(interpretStatus(status.word, rules.extraStates), status.word);
			if (httpStatus === 202) return RUNNING;
			if (status.kind === "malformed") return MALFORMED;
			const resource = readProvisioningState(body);
			return resource.kind === "word" ? state(interpretProvisioningState(resource.word, rules.extraStates), resource.word) : MALFORMED;
		}
		function readLocationUrl(operation, response, rules) {
			const { status: httpStatus, body } = response;
			const resource = readProvisioningState(body);
			const meaning = resource.kind === "word" ? interpretProvisioningState(resource.word, rules.extraStates) : undefined;
			if (httpStatus === 202) return readAccepted(body, meaning, rules);
			if (body.kind === "malformed") return MALFORMED;
			if (resource.kind === "word" && meaning !== undefined && meaning !== "succeeded") {
				return state(meaning, resource.word);
			}
			const failed = readFailedResult(response, rules);
			if (failed !== undefined) return state(failed, failed === "failed" ? "Failed" : "Canceled");
			if (meaning === "succeeded" && resource.kind === "word") return state(meaning, resource.word);
			return isStillRunning(operation, response, rules) ?? poll_answer_SUCCEEDED;
		}
		function readAccepted(body, meaning, rules) {
			const status = readStatus(body);
			const word = status.kind === "word" ? status.word : undefined;
			const said = word === undefined ? undefined : interpretStatus(word, rules.extraStates);
			for (const candidate of [meaning, said]) {
				if (candidate === "failed" || candidate === "canceled") return {
					kind: "state",
					meaning: candidate
				};
			}
			return word === undefined || said !== "running" ? RUNNING : state("running", word);
		}
		function isStillRunning(operation, { status: httpStatus, headers, body }, rules) {
			const hasLocation = headers.location !== undefined;
			if (httpStatus === 201 && hasLocation) return RUNNING;
			const object = readObject(body);
			const { request } = operation.facts;
			if (request.method === "DELETE" && isSamePath(operation.url, request.url)) {
				const id = readField(object, "id");
				if (typeof id === "string" && new URL(request.url).pathname.toLowerCase() === id.toLowerCase()) {
					return RUNNING;
				}
			}
			const status = readStatus(body);
			const isWorking = status.kind === "word" && interpretStatus(status.word, rules.extraStates) === "running";
			const hasProperties = readField(object, "properties") !== undefined;
			const asksAgain = hasLocation || headers["retry-after"] !== undefined;
			if (httpStatus === 200 && isWorking && !hasProperties && asksAgain) {
				return state("running", status.word);
			}
			return undefined;
		}
		function readLocationError(response) {
			const fault = classifyFault(response.status);
			const isVerdict = fault === "refused" && response.status >= 400 && response.status !== 410;
			return isVerdict ? {
				kind: "state",
				meaning: "failed"
			} : {
				kind: "unreadable",
				fault
			};
		}
		function readResource({ status: httpStatus, body }, rules) {
			if (httpStatus === 204) return poll_answer_SUCCEEDED;
			if (body.kind === "malformed") return MALFORMED;
			const resource = readProvisioningState(body);
			if (resource.kind === "malformed") return MALFORMED;
			if (resource.kind === "word") {
				return state(interpretProvisioningState(resource.word, rules.extraStates), resource.word);
			}
			return httpStatus === 202 ? RUNNING : poll_answer_SUCCEEDED;
		}
		const ADDRESS_ERROR_CODES = new Set([
			"invalidresourcetype",
			"invalidresourcenamespace",
			"noregisteredproviderfound",
			"subscriptionnotfound",
			"missingapiversionparameter"
		]);
		function readAbsence(response, rules) {
			if (response.status >= 200 && response.status < 300) {
				const resource = readProvisioningState(response.body);
				if (resource.kind !== "word") return RUNNING;
				const meaning = interpretProvisioningState(resource.word, rules.extraStates);
				return state(meaning === "succeeded" ? "running" : meaning, resource.word);
			}
			if (response.status !== 404) return unreadable(response);
			const isAddressError = ADDRESS_ERROR_CODES.has(readErrorCode(response)?.toLowerCase() ?? "");
			const isGateway = response.body.kind === "malformed" || isAddressError;
			return isGateway ? {
				kind: "unreadable",
				fault: "transient"
			} : { kind: "absent" };
		}
		;
		const MIN_ADAPTIVE_WAIT_MS = 1e3;
		const MAX_ADAPTIVE_WAIT_MS = 15e3;
		const ADAPTIVE_SHARE = 1 / 4;
		const DEFAULT_FLOOR_MS = 1e3;
		const MAX_RETRY_AFTER_MS = 6e5;
		const MIN_BACKOFF_BASE_MS = 50;
		const MAX_BACKOFF_BASE_MS = 1e3;
		const MAX_BACKOFF_MS = 3e4;
		const ATTEMPTS_PER_WINDOW = 8;
		const FREE_POLLS = 20;
		const CROWDED_FLOOR_MS = 100;
		const THROTTLED_WAIT_MS = 3e4;
		const notFoundGraceMs = ({ timeoutMs }) => Math.min(12e4, timeoutMs / 8);
		const unreadableWindowMs = ({ timeoutMs }) => Math.min(3e5, timeoutMs / 4);
		const verifyWindowMs = ({ timeoutMs }) => Math.min(6e4, timeoutMs / 6);
		const settleWindowMs = ({ timeoutMs }) => Math.min(12e4, timeoutMs / 8);
		const resultWindowMs = ({ timeoutMs }) => Math.min(6e4, timeoutMs / 16);
		const lastPollLeadMs = ({ timeoutMs }) => Math.min(2e3, timeoutMs / 10);
		function delayBefore(operation, timing, nowMs) {
			const askedMs = askedDelay(operation, timing, nowMs);
			const delayMs = operation.wait.kind === "none" ? 0 : Math.max(crowdedFloorMs(operation, timing), askedMs);
			switch (operation.state) {
				case "fetching-result": return Math.min(delayMs, remainingMs(operation.sinceMs, resultWindowMs(timing), nowMs));
				case "settling": return Math.min(delayMs, remainingMs(operation.sinceMs, settleWindowMs(timing), nowMs));
				default: return delayMs;
			}
		}
		function remainingMs(sinceMs, windowMs, nowMs) {
			return Math.max(0, sinceMs + windowMs - nowMs);
		}
		function askedDelay(operation, timing, nowMs) {
			const { wait } = operation;
			switch (wait.kind) {
				case "none": return 0;
				case "exactly": return wait.ms;
				case "poll": return pollDelay(operation, timing, nowMs);
				case "backoff": return Math.max(wait.atLeastMs, backoffMs(wait.attempt, timing));
				case "poll-or-backoff": return Math.max(pollDelay(operation, timing, nowMs), backoffMs(wait.attempt, timing));
				default: return wait;
			}
		}
		function pollDelay({ facts }, timing, nowMs) {
			return facts.retryAfterMs === undefined ? timing.pollIntervalMs ?? adaptiveMs(nowMs - facts.startedAtMs) : clampRetryAfter(facts.retryAfterMs, timing);
		}
		function crowdedFloorMs({ facts }, timing) {
			const floorMs = timing.pollIntervalMs ?? DEFAULT_FLOOR_MS;
			return floorMs < CROWDED_FLOOR_MS && facts.pollCount >= FREE_POLLS ? CROWDED_FLOOR_MS : 0;
		}
		function adaptiveMs(ageMs) {
			return Math.min(MAX_ADAPTIVE_WAIT_MS, Math.max(MIN_ADAPTIVE_WAIT_MS, ageMs * ADAPTIVE_SHARE));
		}
		function clampRetryAfter(retryAfterMs, timing) {
			const cap = timing.maxPollIntervalMs ?? MAX_RETRY_AFTER_MS;
			return Math.min(cap, Math.max(timing.pollIntervalMs ?? DEFAULT_FLOOR_MS, retryAfterMs));
		}
		function backoffMs(attempt, timing) {
			const interval = timing.pollIntervalMs ?? MAX_BACKOFF_BASE_MS;
			const base = Math.min(MAX_BACKOFF_BASE_MS, Math.max(MIN_BACKOFF_BASE_MS, interval));
			const cap = Math.min(MAX_BACKOFF_MS, unreadableWindowMs(timing) / ATTEMPTS_PER_WINDOW);
			return Math.min(cap, base * 2 ** (attempt - 1));
		}
		function waitAfterTrouble(attempt, retryAfterMs, timing) {
			return retryAfterMs === undefined || retryAfterMs === 0 ? {
				kind: "backoff",
				attempt,
				atLeastMs: 0
			} : {
				kind: "exactly",
				ms: clampRetryAfter(retryAfterMs, timing)
			};
		}
		;
		const MS_PER_SECOND = 1e3;
		function readRetryAfter(response, nowMs) {
			const { headers } = response;
			for (const name of ["retry-after-ms", "x-ms-retry-after-ms"]) {
				const milliseconds = parseWholeNumber(headers[name]);
				if (milliseconds !== undefined) return milliseconds;
			}
			const value = headers["retry-after"];
			if (/^-\d+$/.test(value?.trim() ?? "")) return 0;
			const seconds = parseWholeNumber(value);
			return seconds === undefined ? parseDate(value, nowMs) : seconds * MS_PER_SECOND;
		}
		function parseWholeNumber(value) {
			const text = value?.trim() ?? "";
			return /^\d+$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : undefined;
		}
		const HTTP_DATE = /^[A-Za-z]{3,9},? .*\d{2}:\d{2}:\d{2}/;
		function parseDate(value, nowMs) {
			const text = value?.trim() ?? "";
			if (!HTTP_DATE.test(text)) return undefined;
			const date = Date.parse(text);
			return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
		}
		;
		const MAX_RETRIES = 3;
		const FIRST_DELAY_MS = 1e3;
		const MAX_DELAY_MS = 3e4;
		const retry_policy_MAX_RETRY_AFTER_MS = 6e5;
		function decideOnFirstAnswer(method, answer, sentAgain, nowMs) {
			const retries = sentAgain.failed;
			if (answer.kind === "no-answer") {
				return answer.sent ? decideAmbiguous(method, retries, undefined) : retries < MAX_RETRIES ? {
					kind: "retry",
					delayMs: backoff(retries),
					ambiguous: false
				} : { kind: "not-sent" };
			}
			const { response } = answer;
			const retryAfterMs = readRetryAfter(response, nowMs);
			if (response.status === 429) {
				return {
					kind: "retry",
					delayMs: delay(sentAgain.throttled, retryAfterMs),
					ambiguous: false
				};
			}
			if (response.status !== 408 && response.status < 500) return { kind: "accept" };
			const isRefusal = response.status === 503 && retryAfterMs !== undefined;
			if (isRefusal && method === "PUT") {
				return retries < MAX_RETRIES ? {
					kind: "retry",
					delayMs: delay(retries, retryAfterMs),
					ambiguous: false
				} : { kind: "accept" };
			}
			return decideAmbiguous(method, retries, retryAfterMs);
		}
		function decideAmbiguous(method, retries, retryAfterMs) {
			switch (method) {
				case "GET":
				case "HEAD":
				case "DELETE": return retries < MAX_RETRIES ? {
					kind: "retry",
					delayMs: delay(retries, retryAfterMs),
					ambiguous: method === "DELETE"
				} : { kind: "lost" };
				case "PUT": return { kind: "verify" };
				case "PATCH":
				case "POST": return { kind: "lost" };
				default: return method;
			}
		}
		function delay(retries, retryAfterMs) {
			return retryAfterMs === undefined ? backoff(retries) : Math.min(retry_policy_MAX_RETRY_AFTER_MS, Math.max(FIRST_DELAY_MS, retryAfterMs));
		}
		function backoff(retries) {
			return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** retries);
		}
		;
		function judgeLook(sent, response, rules, nowMs) {
			if (response.status === 404) {
				const isAbsent = readAbsence(response, rules).kind === "absent";
				return { kind: isAbsent ? "not-ours" : "unreadable" };
			}
			const resource = readObject(response.body);
			if (response.status < 200 || response.status >= 300 || resource === undefined) {
				return { kind: "unreadable" };
			}
			const state = readProvisioningState(response.body);
			if (state.kind === "malformed") return { kind: "unreadable" };
			const isAtWork = state.kind === "word" && interpretProvisioningState(state.word, rules.extraStates) === "running";
			if (isAtWork) return {
				kind: "at-work",
				response
			};
			return isOurs(sent, resource, response, nowMs) ? {
				kind: "ours",
				response
			} : { kind: "not-ours" };
		}
		function isOurs(sent, resource, response, nowMs) {
			const properties = asObject(readField(resource, "properties"));
			const correlationId = readField(properties, "correlationId");
			if (typeof correlationId === "string" && equalIds(correlationId, sent.correlationId)) return true;
			const systemData = asObject(readField(resource, "systemData"));
			const changedAt = [readField(properties, "timestamp"), readField(systemData, "lastModifiedAt")];
			const sentAtMs = sent.sentAtMs + clockSkewMs(response, nowMs);
			if (changedAt.some((time) => typeof time === "string" && Date.parse(time) >= sentAtMs)) return true;
			return !isDeployment(sent.url) && holdsRequestBody(sent.body, resource);
		}
		function equalIds(one, other) {
			return one.toLowerCase() === other.toLowerCase();
		}
		function clockSkewMs({ headers }, nowMs) {
			const serviceMs = Date.parse(headers.date ?? "");
			return Number.isNaN(serviceMs) ? 0 : serviceMs - nowMs;
		}
		function isDeployment(url) {
			return /\/providers\/microsoft\.resources\/deployments\/[^/?]+(\?|$)/i.test(url);
		}
		function holdsRequestBody(body, resource) {
			if (body === undefined) return false;
			const wanted = JSON.parse(body);
			return asObject(wanted) !== undefined && hasValue(wanted) && holds(resource, wanted);
		}
		function hasValue(wanted) {
			return typeof wanted === "object" && wanted !== null ? Object.values(wanted).some((value) => hasValue(value)) : true;
		}
		function holds(held, wanted) {
			if (Array.isArray(wanted)) {
				return Array.isArray(held) && held.length === wanted.length && wanted.every((value, index) => holds(held[index], value));
			}
			if (typeof wanted !== "object" || wanted === null) return held === wanted;
			const object = asObject(held);
			return object !== undefined && Object.entries(wanted).every(([name, value]) => holds(readField(object, name), value));
		}
		;
		const FIRST_REQUEST_TIMEOUT_MS = 12e4;
		const LOOK_TIMEOUT_MS = 6e4;
		const MAX_RESENDS = 2;
		const BEING_DELETED = /being_?deleted|deleting|deletion_?in_?progress/i;
		async function submitRequest(request, dependencies, rules, deadlineMs, signal) {
			const run = new SubmissionRun(request, dependencies, rules, deadlineMs, signal);
			return run.submit();
		}
		class SubmissionRun {
			#request;
			#deps;
			#rules;
			#deadlineMs;
			#signal;
			#sent;
			#sentAgain = {
				throttled: 0,
				failed: 0
			};
			#resends = 0;
			#isAmbiguous = false;
			constructor(request, deps, rules, deadlineMs, signal) {
				this.#request = request;
				this.#deps = deps;
				this.#rules = rules;
				this.#deadlineMs = deadlineMs;
				this.#signal = signal;
				this.#sent = {
					url: request.url,
					sentAtMs: deps.now(),
					correlationId: deps.correlationId,
					...request.body === undefined ? {} : { body: request.body }
				};
			}
			async submit() {
				for (;;) {
					const answer = await this.#sendOnce();
					if (this.#signal.aborted) return this.#giveUp("interrupted", answer);
					const { now } = this.#deps;
					const decision = decideOnFirstAnswer(this.#request.method, answer, this.#sentAgain, now());
					switch (decision.kind) {
						case "accept": return this.#accept(answer);
						case "not-sent": return this.#giveUp(this.#isAmbiguous ? "lost" : "not-sent", answer);
						case "lost": return this.#giveUp("lost", answer);
						case "retry": {
							this.#isAmbiguous ||= decision.ambiguous;
							if (now() + decision.delayMs >= this.#deadlineMs) return this.#giveUp("out-of-time", answer);
							this.#countRetry(answer);
							this.#deps.onRetry(submit_describeAnswer(answer), decision.delayMs);
							await this.#deps.sleep(decision.delayMs, this.#signal);
							break;
						}
						case "verify": {
							this.#isAmbiguous = true;
							const ended = await this.#verify(answer);
							if (ended !== undefined) return ended;
							break;
						}
						default: decision;
					}
					if (this.#signal.aborted) return this.#giveUp("interrupted", answer);
				}
			}
			async #sendOnce() {
				const { client, now } = this.#deps;
				const isChange = this.#request.method !== "GET" && this.#request.method !== "HEAD";
				const timeoutMs = Math.min(FIRST_REQUEST_TIMEOUT_MS, this.#deadlineMs - now());
				if (timeoutMs <= 0) return {
					kind: "no-answer",
					message: "the time was up",
					sent: false
				};
				if (!this.#isAmbiguous) this.#sent = {
					...this.#sent,
					sentAtMs: now()
				};
				try {
					const options = {
						timeoutMs,
						signal: this.#signal,
						fresh: isChange
					};
					return {
						kind: "response",
						response: await client.send(this.#request, options)
					};
				} catch (error) {
					return this.#readFault(error);
				}
			}
			#readFault(error) {
				if (error instanceof NoAnswerError) {
					return {
						kind: "no-answer",
						message: error.message,
						sent: error.sent
					};
				}
				if (this.#isAmbiguous && error instanceof errors.Jj) {
					return {
						kind: "no-answer",
						message: error.message,
						sent: false
					};
				}
				throw error;
			}
			#countRetry(answer) {
				const isThrottled = answer.kind === "response" && answer.response.status === 429;
				const { throttled, failed } = this.#sentAgain;
				this.#sentAgain = {
					throttled: throttled + Number(isThrottled),
					failed: failed + Number(!isThrottled)
				};
			}
			async #accept(answer) {
				if (answer.kind !== "response") return this.#giveUp("lost", answer);
				const { response } = answer;
				const { method } = this.#request;
				if (this.#isAmbiguous && method === "DELETE" && this.#isDeleting(response)) {
					return {
						kind: "deleting",
						response
					};
				}
				if (this.#isAmbiguous && method === "PUT" && response.status === 409) {
					const look = await this.#look();
					if (look.kind === "at-work" || look.kind === "ours") {
						return {
							kind: "adopted",
							response: look.response
						};
					}
					if (look.kind === "unreadable") return this.#giveUp("lost", answer);
				}
				return {
					kind: "answered",
					response
				};
			}
			#isDeleting(response) {
				if (readAbsence(response, this.#rules).kind === "absent") return true;
				return response.status === 409 && BEING_DELETED.test(readErrorCode(response) ?? "");
			}
			async #verify(answer) {
				const { now, sleep, onRetry } = this.#deps;
				const windowMs = verifyWindowMs(this.#rules.timing);
				const startMs = now();
				let isReadable = true;
				onRetry(`${submit_describeAnswer(answer)}; looking whether it took effect`, 0);
				for (const share of [
					0,
					1 / 2,
					1
				]) {
					const waitMs = Math.max(0, startMs + windowMs * share - now());
					if (now() + waitMs >= this.#deadlineMs) return this.#giveUp("out-of-time", answer);
					if (waitMs > 0) await sleep(waitMs, this.#signal);
					if (this.#signal.aborted) return this.#giveUp("interrupted", answer);
					const look = await this.#look();
					if (look.kind === "at-work" || look.kind === "ours") {
						return {
							kind: "adopted",
							response: look.response
						};
					}
					isReadable &&= look.kind !== "unreadable";
				}
				if (!isReadable || this.#resends >= MAX_RESENDS) return this.#giveUp("lost", answer);
				if (now() >= this.#deadlineMs) return this.#giveUp("out-of-time", answer);
				this.#resends += 1;
				onRetry("nothing of this request is there; sending it again", 0);
				return undefined;
			}
			async #look() {
				const { client, now } = this.#deps;
				const timeoutMs = Math.min(LOOK_TIMEOUT_MS, this.#deadlineMs - now());
				if (timeoutMs <= 0) return { kind: "unreadable" };
				try {
					const response = await client.get(this.#request.url, {
						timeoutMs,
						signal: this.#signal
					});
					return judgeLook(this.#sent, response, this.#rules, now());
				} catch (error) {
					if (error instanceof NoAnswerError || error instanceof errors.Jj) return { kind: "unreadable" };
					throw error;
				}
			}
			#giveUp(why, answer) {
				const wasRefused = answer.kind === "response" ? answer.response.status === 429 : !answer.sent;
				return {
					kind: "no-answer",
					why,
					reason: submit_describeAnswer(answer),
					mayStillRun: this.#isAmbiguous || !wasRefused,
					...answer.kind === "response" ? { response: answer.response } : {}
				};
			}
		}
		function submit_describeAnswer(answer) {
			if (answer.kind === "no-answer") return answer.message;
			const { response } = answer;
			const code = readErrorCode(response);
			const word = readProvisioningState(response.body);
			const detail = code ?? (word.kind === "word" ? word.word : undefined);
			return `HTTP ${response.status}${detail === undefined ? "" : ` ${detail}`}`;
		}
		;
		function finish(operation, answer, rules, nowMs) {
			const { facts } = operation;
			const source = findResultSource(operation, answer, rules);
			if (source === undefined) return succeed(warnOfEmptyResource(operation, answer), answer);
			const fetching = {
				state: "fetching-result",
				facts,
				url: source.url,
				from: source.from,
				wait: { kind: "none" },
				monitorAnswer: answer,
				sinceMs: nowMs,
				attempts: 0
			};
			return fetching;
		}
		function warnOfEmptyResource({ facts, via }, answer) {
			return via === "resource" && answer.status === 200 && !hasContent(answer) ? warn(facts, "The resource answered 200 without a body; read as succeeded") : facts;
		}
		function isChange({ method }) {
			return method === "PUT" || method === "PATCH";
		}
		function findResultSource(operation, answer, rules) {
			const { facts, via } = operation;
			const { request } = facts;
			if (via === "resource" || via === "absence" || request.method === "DELETE") return undefined;
			const original = {
				url: request.url,
				from: "resource"
			};
			const changes = isChange(request);
			if (via === "location-url") return changes && !hasResource(answer) ? original : undefined;
			const resourceUrl = readResourceLocation(operation, answer, rules);
			if (request.method === "PUT") return resourceUrl ?? original;
			const isRead = request.method === "GET" || request.method === "HEAD";
			const finalStateVia = isRead ? "auto" : rules.finalStateVia;
			const location = facts.locationUrl === undefined || facts.locationUrl === operation.url ? undefined : {
				url: facts.locationUrl,
				from: changes ? "resource" : "location"
			};
			switch (finalStateVia) {
				case "azure-async-operation":
				case "operation-location": return undefined;
				case "original-uri": return original;
				case "location": return location ?? (changes ? original : undefined);
				case "auto": return resourceUrl ?? (changes || request.method === "GET" && !location ? original : location);
				default: return finalStateVia;
			}
		}
		function hasResource(answer) {
			const object = readObject(answer.body);
			return object === undefined ? hasContent(answer) : Object.keys(object).length > 0;
		}
		function readResourceLocation(operation, answer, rules) {
			if (operation.header !== "operation-location") return undefined;
			const value = readField(readObject(answer.body), "resourceLocation");
			if (typeof value !== "string") return undefined;
			const url = resolvePollingUrl(value, operation.url, rules.trust);
			if (url === undefined) return undefined;
			return {
				url: withApiVersion(url, operation.facts.request.url),
				from: "resource"
			};
		}
		function continueFetching(operation, answer, rules, nowMs) {
			if (answer.kind === "no-response") return retryFetch(operation, answer.message, undefined, rules, nowMs);
			const { response } = answer;
			if (response.status >= 200 && response.status < 300) {
				return operation.from === "location" ? succeed(operation.facts, hasLocationResult(response) ? response : operation.monitorAnswer) : acceptResource(operation, response, rules, nowMs);
			}
			const fault = classifyFault(response.status);
			const isPassing = fault === "transient" || fault === "throttled";
			const isEventual = fault === "not-found" || fault === "forbidden";
			if (isPassing || isEventual && operation.from === "resource") {
				const retryAfterMs = readRetryAfter(response, nowMs);
				return retryFetch(operation, `HTTP ${response.status}`, retryAfterMs, rules, nowMs);
			}
			return operation.from === "location" ? succeed(operation.facts, operation.monitorAnswer) : succeedWithoutResult(operation, `HTTP ${response.status}`);
		}
		function hasLocationResult(response) {
			return response.status !== 202 && response.status !== 204 && hasContent(response);
		}
		function retryFetch(operation, problem, retryAfterMs, rules, nowMs) {
			const attempts = operation.attempts + 1;
			if (nowMs - operation.sinceMs >= resultWindowMs(rules.timing)) {
				return succeedWithoutResult(operation, problem);
			}
			return {
				...operation,
				attempts,
				wait: waitAfterTrouble(attempts, retryAfterMs, rules.timing)
			};
		}
		function acceptResource(operation, response, rules, nowMs) {
			if (response.body.kind === "malformed") {
				return retryFetch(operation, "an unreadable body", undefined, rules, nowMs);
			}
			if (!hasContent(response)) return succeedWithoutResult(operation, "an empty body");
			if (!isChange(operation.facts.request)) return succeed(operation.facts, response);
			const settling = {
				state: "settling",
				facts: operation.facts,
				url: operation.url,
				wait: { kind: "poll" },
				result: response,
				sinceMs: nowMs
			};
			return settle(settling, response, rules, nowMs);
		}
		function continueSettling(operation, answer, rules, nowMs) {
			const isReadable = answer.kind === "response" && answer.response.status >= 200 && answer.response.status < 300 && hasContent(answer.response);
			if (isReadable) return settle(operation, answer.response, rules, nowMs);
			return nowMs - operation.sinceMs >= settleWindowMs(rules.timing) ? concludeSettling(operation) : {
				...operation,
				wait: { kind: "poll" }
			};
		}
		function settle(operation, response, rules, nowMs) {
			const reading = readResource(response, rules);
			const meaning = reading.kind === "state" ? reading.meaning : "succeeded";
			const { facts } = operation;
			switch (meaning) {
				case "succeeded": return succeed(facts, response);
				case "failed":
				case "canceled": return endBadly(meaning, facts, response);
				case "running": {
					const settling = {
						...operation,
						result: response,
						wait: { kind: "poll" }
					};
					const isOver = nowMs - operation.sinceMs >= settleWindowMs(rules.timing);
					return isOver ? concludeSettling(settling) : settling;
				}
				default: return meaning;
			}
		}
		function concludeSettling({ facts, result }) {
			return succeed(warn(facts, "The operation succeeded, but the resource had not settled when the time for it ended"), result);
		}
		function succeedWithoutResult(operation, problem) {
			const warning = `The operation succeeded, but its result could not be read (${problem})`;
			return succeed(warn(operation.facts, warning), operation.monitorAnswer);
		}
		function warn(facts, warning) {
			return {
				...facts,
				warnings: [...facts.warnings, warning]
			};
		}
		function succeed(facts, response) {
			return {
				state: "succeeded",
				facts,
				response
			};
		}
		function endBadly(state, facts, response) {
			const error = readError(response);
			return {
				state,
				facts,
				response,
				...error === undefined ? {} : { error }
			};
		}
		;
		const MIN_TRANSIENT_ATTEMPTS = 10;
		const MIN_GRACE_POLLS = 6;
		const MAX_NOT_FOUND_IN_A_ROW = 3;
		const MAX_MALFORMED_IN_A_ROW = 3;
		const MAX_FORBIDDEN_RETRIES = 3;
		const MAX_REFUSED_RETRIES = 2;
		const MAX_MISSED_ROUNDS = 3;
		const ABSENCE_SPACING_MS = 1e3;
		function continueAfterFault(operation, fault, answer, rules, nowMs) {
			const retryAfterMs = answer.kind === "response" ? readRetryAfter(answer.response, nowMs) : undefined;
			const counted = countFault(operation, fault, answer, nowMs);
			const trouble = counted.facts.trouble;
			if (trouble === undefined || fault === "throttled") return throttle(counted, retryAfterMs, rules.timing);
			if (fault === "unauthorized") {
				return giveUp(counted, "the sign-in was refused while polling; the operation may still be running");
			}
			const isDeleteMonitor = operation.facts.request.method === "DELETE" && operation.via !== "absence" && fault === "not-found";
			if (isDeleteMonitor) return seekAbsence(counted, rules.timing, nowMs);
			const effective = operation.fallbackAnswer !== undefined && isGone(answer) ? "not-found" : fault;
			if (!isBudgetSpent(counted, effective, trouble, rules.timing, nowMs)) {
				return {
					...counted,
					wait: waitFor(counted, effective, trouble, retryAfterMs, rules.timing)
				};
			}
			const isMonitorMissing = effective === "not-found" || effective === "not-allowed";
			if (operation.fallbackAnswer !== undefined && isMonitorMissing) {
				return trouble_confirm(counted.facts, operation.fallbackAnswer);
			}
			return fallBack(counted);
		}
		function isGone(answer) {
			return answer.kind === "response" && answer.response.status === 410;
		}
		function countFault(operation, fault, answer, nowMs) {
			const { facts } = operation;
			const before = facts.trouble ?? noTrouble(nowMs);
			const isNotFound = fault === "not-found" || operation.fallbackAnswer !== undefined && isGone(answer);
			const trouble = {
				sinceMs: before.transient === 0 ? nowMs : before.sinceMs,
				transient: before.transient + Number(fault === "transient"),
				notFound: before.notFound + Number(isNotFound),
				notFoundSinceMs: isNotFound && before.notFound === 0 ? nowMs : before.notFoundSinceMs,
				malformed: before.malformed + Number(fault === "malformed"),
				forbidden: before.forbidden + Number(fault === "forbidden"),
				refused: before.refused + Number(fault === "refused" && !isNotFound)
			};
			const isSameTrouble = facts.trouble !== undefined || facts.fellBack;
			const lastTrouble = describeTrouble(fault, answer, isSameTrouble ? facts.lastTrouble : undefined);
			return {
				...operation,
				facts: {
					...facts,
					trouble,
					lastTrouble
				}
			};
		}
		function noTrouble(nowMs) {
			return {
				sinceMs: nowMs,
				transient: 0,
				notFound: 0,
				notFoundSinceMs: nowMs,
				malformed: 0,
				forbidden: 0,
				refused: 0
			};
		}
		function describeTrouble(fault, answer, before) {
			if (answer.kind === "no-response") {
				const { message } = answer;
				return before?.status === undefined ? { message } : {
					...before,
					message: `${message}, after ${trouble_describeStatus(before.status, before.error)}`
				};
			}
			const { status } = answer.response;
			const error = readError(answer.response);
			const message = fault === "malformed" ? `HTTP ${status} without a readable state` : trouble_describeStatus(status, error);
			return error === undefined ? {
				status,
				message
			} : {
				status,
				message,
				error
			};
		}
		function trouble_describeStatus(status, error) {
			const code = error === undefined ? "" : findErrorCode(error);
			return code === "" ? `HTTP ${status}` : `HTTP ${status} ${code}`;
		}
		function throttle(operation, retryAfterMs, timing) {
			return {
				...operation,
				wait: waitWhenThrottled(retryAfterMs, timing)
			};
		}
		function waitWhenThrottled(retryAfterMs, timing) {
			const ms = retryAfterMs === undefined ? THROTTLED_WAIT_MS : clampRetryAfter(retryAfterMs, timing);
			return {
				kind: "exactly",
				ms: Math.max(ms, backoffMs(1, timing))
			};
		}
		function isBudgetSpent(operation, fault, trouble, timing, nowMs) {
			switch (fault) {
				case "transient": return trouble.transient >= MIN_TRANSIENT_ATTEMPTS && nowMs - trouble.sinceMs >= unreadableWindowMs(timing);
				case "not-found": return operation.everReadable || operation.facts.fellBack ? trouble.notFound >= MAX_NOT_FOUND_IN_A_ROW : isGraceOver(trouble, timing, nowMs);
				case "malformed": return trouble.malformed >= MAX_MALFORMED_IN_A_ROW;
				case "forbidden": return trouble.forbidden > MAX_FORBIDDEN_RETRIES;
				case "refused": return trouble.refused > MAX_REFUSED_RETRIES;
				case "not-allowed": return true;
				default: return fault;
			}
		}
		function isGraceOver(trouble, timing, nowMs) {
			const elapsedMs = nowMs - trouble.notFoundSinceMs;
			return trouble.notFound >= MIN_GRACE_POLLS && elapsedMs >= notFoundGraceMs(timing);
		}
		function waitFor(operation, fault, trouble, retryAfterMs, timing) {
			if (fault !== "not-found") {
				const attempt = Math.max(trouble[counterOf(fault)], 1);
				return waitAfterTrouble(attempt, retryAfterMs, timing);
			}
			if (retryAfterMs !== undefined && retryAfterMs > 0) {
				const ms = Math.max(clampRetryAfter(retryAfterMs, timing), backoffMs(trouble.notFound, timing));
				return {
					kind: "exactly",
					ms
				};
			}
			return operation.everReadable ? {
				kind: "backoff",
				attempt: trouble.notFound,
				atLeastMs: 0
			} : {
				kind: "poll-or-backoff",
				attempt: trouble.notFound
			};
		}
		function counterOf(fault) {
			switch (fault) {
				case "malformed":
				case "forbidden":
				case "refused": return fault;
				default: return "transient";
			}
		}
		function fallBack(operation) {
			const { facts, url, via } = operation;
			const reason = "the status of the operation could not be read";
			if (facts.fellBack || via === "resource" || via === "absence") return giveUp(operation, reason);
			const next = {
				state: "running",
				via: "resource",
				url: facts.request.url,
				wait: { kind: "none" },
				everReadable: false,
				missedRounds: 0,
				absences: 0,
				facts: {
					...withoutTrouble(facts),
					fellBack: true,
					unreadableUrl: url,
					warnings: [...facts.warnings, `Could not read the polling URL ${describePollingUrl(url)} (${describeLast(facts)})`]
				}
			};
			switch (facts.request.method) {
				case "PUT":
				case "PATCH": return next;
				case "DELETE": return {
					...next,
					via: "absence"
				};
				case "POST": return via === "status-url" && facts.locationUrl !== undefined && facts.locationUrl !== url ? {
					...next,
					via: "location-url",
					url: facts.locationUrl
				} : giveUp(operation, reason);
				default: return giveUp(operation, reason);
			}
		}
		function describeLast({ lastTrouble }) {
			return lastTrouble?.message ?? "no answer";
		}
		function withoutTrouble(facts) {
			const { trouble: _trouble, ...clean } = facts;
			return clean;
		}
		function giveUp(operation, reason) {
			const { facts } = operation;
			const url = facts.unreadableUrl ?? operation.url;
			const last = facts.lastTrouble;
			const said = last === undefined ? "" : `; the last answer was ${last.message}`;
			return {
				state: "unknown",
				facts,
				url,
				reason: `${reason} (${describePollingUrl(url)})${said}`,
				...last?.error === undefined ? {} : { error: last.error }
			};
		}
		function trouble_confirm(facts, fallbackAnswer) {
			const warning = "The request was answered as done, beside a polling URL that cannot be followed";
			const warned = {
				...withoutTrouble(facts),
				warnings: [...facts.warnings, warning]
			};
			if (facts.request.method === "POST") {
				return {
					state: "succeeded",
					facts: warned,
					response: fallbackAnswer
				};
			}
			const confirming = {
				state: "confirming",
				attempts: 0,
				url: facts.request.url,
				wait: { kind: "none" },
				facts: warned,
				fallbackAnswer
			};
			return confirming;
		}
		function seekAbsence(operation, timing, nowMs) {
			const { facts } = operation;
			const trouble = facts.trouble ?? noTrouble(nowMs);
			const isTired = operation.everReadable ? operation.missedRounds >= MAX_MISSED_ROUNDS : isGraceOver(trouble, timing, nowMs);
			if (isTired) {
				return operation.fallbackAnswer === undefined ? fallBack(operation) : trouble_confirm(facts, operation.fallbackAnswer);
			}
			const seeking = {
				state: "seeking-absence",
				url: facts.request.url,
				wait: { kind: "none" },
				facts,
				absences: 0,
				monitor: operation
			};
			return seeking;
		}
		;
		const ABSENCES_NEEDED = 3;
		const MAX_CONFIRM_ATTEMPTS = 3;
		function isTerminal(operation) {
			switch (operation.state) {
				case "succeeded":
				case "failed":
				case "canceled":
				case "unknown": return true;
				default: return false;
			}
		}
		function begin(request, response, rules, nowMs) {
			const facts = gatherFacts(request, response, rules, nowMs);
			if (response.status < 200 || response.status >= 300) return readRefusal(facts, response, rules);
			const verdict = readFirstAnswer(request, response, rules);
			switch (verdict.kind) {
				case "over": return verdict.meaning === "succeeded" ? succeed(facts, response) : endBadly(verdict.meaning, facts, response);
				case "confirm": return trouble_confirm(facts, response);
				case "unknown": return {
					state: "unknown",
					facts,
					reason: verdict.reason,
					response
				};
				case "follow": return follow(facts, verdict, response);
				default: return verdict;
			}
		}
		function beginAbsence(request, response, rules, nowMs) {
			const facts = gatherFacts(request, response, rules, nowMs);
			return follow(facts, {
				kind: "follow",
				via: "absence",
				url: request.url,
				atOnce: true
			}, response);
		}
		function gatherFacts(request, response, rules, nowMs) {
			const warnings = judgeHeaders(readPollingHeaders(response, request.url, rules.trust));
			if (response.status > 202 && response.status < 300 && response.status !== 204) {
				warnings.push(`Azure answered ${response.status}, which no contract knows; read as 200`);
			}
			const facts = {
				request,
				firstStatus: response.status,
				startedAtMs: nowMs,
				pollCount: 0,
				sawProgress: false,
				fellBack: false,
				warnings
			};
			return learn(facts, response, request.url, rules, nowMs);
		}
		function judgeHeaders(headers) {
			const names = [
				"asyncOperation",
				"operationLocation",
				"location"
			];
			return names.flatMap((name) => {
				const header = headers[name];
				const title = POLLING_HEADER_NAMES[name];
				if (header.kind === "unusable") {
					return [`Ignored the answer's ${title}: it is no URL on the trusted endpoint`];
				}
				return header.kind === "usable" && header.relative ? [`The answer's ${title} is relative; read as a path of the endpoint that was asked`] : [];
			});
		}
		function readRefusal(facts, response, rules) {
			const { status } = response;
			if (rules.acceptStatus.includes(status)) return succeed(facts, response);
			const { method } = facts.request;
			const isAmbiguous = classifyFault(status) === "transient" && method !== "GET" && method !== "HEAD";
			if (!isAmbiguous) return endBadly("failed", facts, response);
			const error = readError(response);
			return {
				state: "unknown",
				facts,
				response,
				reason: `Azure answered ${status}, which does not say whether the request took effect`,
				...error === undefined ? {} : { error }
			};
		}
		function follow(facts, verdict, response) {
			return {
				state: "running",
				via: verdict.via,
				url: verdict.url,
				wait: { kind: verdict.atOnce === true ? "none" : "poll" },
				facts,
				everReadable: false,
				missedRounds: 0,
				absences: 0,
				...verdict.header === undefined ? {} : { header: verdict.header },
				...verdict.soft === true ? { fallbackAnswer: response } : {}
			};
		}
		function learn(facts, response, askedUrl, rules, nowMs) {
			const { location } = readPollingHeaders(response, askedUrl, rules.trust);
			const retryAfterMs = readRetryAfter(response, nowMs);
			const resource = readProvisioningState(response.body);
			const status = readStatus(response.body);
			const word = status.kind === "word" ? status.word : resource.kind === "word" ? resource.word : undefined;
			const isProgress = resource.kind === "word" && interpretProvisioningState(resource.word, rules.extraStates) === "running";
			const { percentComplete: before, ...rest } = facts;
			const percent = readPercentComplete(response.body) ?? (word === undefined ? before : undefined);
			return {
				...rest,
				sawProgress: facts.sawProgress || isProgress,
				...location.kind === "usable" ? { locationUrl: location.url } : {},
				...retryAfterMs === undefined ? {} : { retryAfterMs },
				...word === undefined ? {} : { lastStatus: word },
				...percent === undefined ? {} : { percentComplete: percent }
			};
		}
		function next(operation, answer, rules, nowMs) {
			const counted = countPoll(operation);
			switch (counted.state) {
				case "running": return nextRunning(counted, answer, rules, nowMs);
				case "confirming": return nextConfirming(counted, answer, rules, nowMs);
				case "seeking-absence": return nextSeekingAbsence(counted, answer, rules, nowMs);
				case "fetching-result": return continueFetching(counted, answer, rules, nowMs);
				case "settling": return continueSettling(counted, answer, rules, nowMs);
				default: return counted;
			}
		}
		function countPoll(operation) {
			const { facts } = operation;
			return {
				...operation,
				facts: {
					...facts,
					pollCount: facts.pollCount + 1
				}
			};
		}
		function nextRunning(operation, answer, rules, nowMs) {
			if (answer.kind === "no-response") {
				return continueAfterFault(operation, "transient", answer, rules, nowMs);
			}
			const { response } = answer;
			const reading = readPollAnswer(operation, response, rules);
			if (reading.kind === "unreadable") {
				return continueAfterFault(operation, reading.fault, answer, rules, nowMs);
			}
			if (reading.kind === "absent") return countAbsence(operation, response);
			const facts = withoutTrouble(learn(operation.facts, response, operation.url, rules, nowMs));
			const counts = {
				missedRounds: 0,
				absences: 0
			};
			const readable = {
				...operation,
				facts,
				everReadable: true,
				...counts
			};
			if (reading.kind === "ask-resource") return askResource(readable);
			return moveTo(adoptNewestUrl(readable, response, rules), reading, response, rules, nowMs);
		}
		function moveTo(operation, reading, response, rules, nowMs) {
			const { facts } = operation;
			const isOldTruth = facts.fellBack && operation.via === "resource" && !hasEvidence(facts);
			if (reading.meaning !== "running" && isOldTruth) {
				const seen = reading.word === undefined ? "no provisioning state" : `provisioningState ${reading.word}`;
				return giveUp(operation, `the polling URL could not be read, and the resource (${seen}) cannot tell whether this operation or an earlier one left it so`);
			}
			switch (reading.meaning) {
				case "running": {
					const { fallbackAnswer: _contradicted, ...running } = operation;
					return {
						...running,
						wait: { kind: "poll" }
					};
				}
				case "succeeded": return finish(operation, response, rules, nowMs);
				case "failed":
				case "canceled": return endBadly(reading.meaning, facts, response);
				default: return reading.meaning;
			}
		}
		function hasEvidence(facts) {
			return facts.firstStatus === 201 || facts.sawProgress;
		}
		function adoptNewestUrl(operation, response, rules) {
			const headers = readPollingHeaders(response, operation.url, rules.trust);
			if (operation.via === "location-url") {
				const { location } = headers;
				return location.kind === "usable" ? {
					...operation,
					url: location.url
				} : operation;
			}
			if (operation.via !== "status-url") return operation;
			const { asyncOperation, operationLocation } = headers;
			if (asyncOperation.kind === "usable") {
				return {
					...operation,
					url: asyncOperation.url,
					header: "azure-async-operation"
				};
			}
			return operationLocation.kind === "usable" ? {
				...operation,
				url: operationLocation.url,
				header: "operation-location"
			} : operation;
		}
		function askResource(operation) {
			const { header: _header, fallbackAnswer: _answer, ...rest } = operation;
			return {
				...rest,
				via: "resource",
				url: operation.facts.request.url,
				wait: { kind: "none" },
				everReadable: false,
				facts: warn(operation.facts, "The status URL answered 204 without a state; asked the resource")
			};
		}
		function countAbsence(operation, response) {
			const absences = operation.absences + 1;
			const facts = withoutTrouble(operation.facts);
			return absences >= ABSENCES_NEEDED ? succeed(facts, response) : {
				...operation,
				facts,
				absences,
				wait: {
					kind: "backoff",
					attempt: absences,
					atLeastMs: ABSENCE_SPACING_MS
				}
			};
		}
		function nextConfirming(operation, answer, rules, nowMs) {
			const throttled = readThrottling(answer, rules, nowMs);
			if (throttled !== undefined) return {
				...operation,
				wait: throttled
			};
			const { facts, fallbackAnswer } = operation;
			if (answer.kind === "no-response" || classifyFault(answer.response.status) === "transient") {
				return operation.attempts + 1 >= MAX_CONFIRM_ATTEMPTS ? succeed(facts, fallbackAnswer) : {
					...operation,
					attempts: operation.attempts + 1,
					wait: {
						kind: "backoff",
						attempt: operation.attempts + 1,
						atLeastMs: 0
					}
				};
			}
			const { response } = answer;
			const isReadable = response.status >= 200 && response.status < 300;
			const reading = isReadable ? readResource(response, rules) : undefined;
			if (reading?.kind !== "state" || reading.meaning === "succeeded") return succeed(facts, fallbackAnswer);
			if (reading.meaning !== "running") return endBadly(reading.meaning, facts, response);
			return {
				state: "running",
				via: facts.request.method === "DELETE" ? "absence" : "resource",
				url: facts.request.url,
				wait: { kind: "poll" },
				facts: {
					...facts,
					sawProgress: true
				},
				everReadable: true,
				missedRounds: 0,
				absences: 0
			};
		}
		function readThrottling(answer, rules, nowMs) {
			if (answer.kind === "no-response" || classifyFault(answer.response.status) !== "throttled") {
				return undefined;
			}
			return waitWhenThrottled(readRetryAfter(answer.response, nowMs), rules.timing);
		}
		function nextSeekingAbsence(operation, answer, rules, nowMs) {
			const throttled = readThrottling(answer, rules, nowMs);
			if (throttled !== undefined) return {
				...operation,
				wait: throttled
			};
			const { facts, monitor } = operation;
			const reading = answer.kind === "response" ? readAbsence(answer.response, rules) : undefined;
			if (answer.kind === "response" && reading?.kind === "absent") {
				const absences = operation.absences + 1;
				const wait = {
					kind: "backoff",
					attempt: absences,
					atLeastMs: ABSENCE_SPACING_MS
				};
				return absences >= ABSENCES_NEEDED ? succeed(facts, answer.response) : {
					...operation,
					absences,
					wait
				};
			}
			const missedRounds = monitor.missedRounds + 1;
			return {
				...monitor,
				facts,
				missedRounds,
				wait: {
					kind: "poll-or-backoff",
					attempt: missedRounds
				}
			};
		}
		function concludeAtDeadline(operation) {
			switch (operation.state) {
				case "fetching-result": return succeedWithoutResult(operation, "the time was up");
				case "settling": return concludeSettling(operation);
				default: return undefined;
			}
		}
		;
		const MAX_POLL_MS = 6e4;
		async function pollUntilDone(started, { get, sleep, now, onUpdate }, rules, deadlineMs, signal) {
			const lastPollMs = deadlineMs - lastPollLeadMs(rules.timing);
			let operation = started;
			while (!isTerminal(operation)) {
				const startMs = now();
				const delayMs = delayBefore(operation, rules.timing, startMs);
				if (isOutOfTime(startMs, delayMs, lastPollMs, deadlineMs)) return endAtDeadline(operation);
				const untilLastPollMs = Math.max(0, lastPollMs - startMs);
				if (delayMs > 0) await sleep(Math.min(delayMs, untilLastPollMs), signal);
				if (signal.aborted) return {
					kind: "interrupted",
					operation
				};
				const leftMs = deadlineMs - now();
				if (leftMs <= 0) return endAtDeadline(operation);
				const answer = await get(operation.url, Math.min(MAX_POLL_MS, leftMs), signal);
				if (signal.aborted) return {
					kind: "interrupted",
					operation
				};
				operation = next(operation, answer, rules, now());
				onUpdate(operation);
			}
			return {
				kind: "terminal",
				operation
			};
		}
		function isOutOfTime(nowMs, delayMs, lastPollMs, deadlineMs) {
			return nowMs >= deadlineMs || nowMs >= lastPollMs && delayMs > 0;
		}
		function endAtDeadline(operation) {
			const concluded = concludeAtDeadline(operation);
			return concluded === undefined ? {
				kind: "timed-out",
				operation
			} : {
				kind: "terminal",
				operation: concluded
			};
		}
		;
		const run_operation_HEARTBEAT_MS = 6e4;
		async function runOperation(inputs, dependencies, signal) {
			const run = new OperationRun(inputs, dependencies, signal);
			return run.run();
		}
		class OperationRun {
			#inputs;
			#deps;
			#signal;
			#request;
			#rules;
			#startedAtMs;
			#deadlineMs;
			#changes = [];
			#warnings = [];
			#isSent = false;
			#accepted;
			constructor(inputs, deps, signal) {
				this.#inputs = inputs;
				this.#deps = deps;
				this.#signal = signal;
				this.#request = {
					method: inputs.method,
					url: inputs.url
				};
				this.#rules = readRules(inputs);
				this.#startedAtMs = deps.clock.now();
				this.#deadlineMs = this.#startedAtMs + inputs.timeoutMs;
			}
			async run() {
				try {
					const submission = await this.#submit();
					if (submission.kind === "no-answer") return concludeUnanswered(this.#facts(), submission);
					return await this.#follow(this.#begin(submission));
				} catch (error) {
					const message = error instanceof Error ? error.message : String(error);
					if (error instanceof errors.Jj) return concludeBroken(this.#facts(), message, false);
					if (!this.#isSent) throw error;
					const reason = `The cause is this action and not Azure: ${message}`;
					return concludeBroken(this.#facts(), reason, true);
				}
			}
			#submit() {
				const { client, clock, tracing, log } = this.#deps;
				const { body } = this.#inputs;
				const request = body === undefined ? this.#request : {
					...this.#request,
					body
				};
				return submitRequest(request, {
					client: {
						...client,
						send: (...args) => this.#send(...args)
					},
					now: clock.now,
					sleep: clock.sleep,
					correlationId: tracing.correlationId,
					onRetry: (reason, delayMs) => log.retrying({
						at: clock.now(),
						reason,
						delayMs
					})
				}, this.#rules, this.#deadlineMs, this.#signal);
			}
			#send(...args) {
				this.#isSent = true;
				return this.#deps.client.send(...args);
			}
			#begin(submission) {
				const { response } = submission;
				const at = this.#deps.clock.now();
				this.#accepted = response;
				const requestId = response.headers["x-ms-request-id"];
				const answered = {
					status: response.status,
					at
				};
				this.#deps.log.answered(requestId === undefined ? answered : {
					...answered,
					requestId
				});
				if (submission.kind === "adopted") {
					this.#warn("The answer to the request was lost; what it started was found and is followed");
				}
				const operation = submission.kind === "deleting" ? beginAbsence(this.#request, response, this.#rules, at) : begin(this.#request, response, this.#rules, at);
				this.#noteChange(operation);
				return operation;
			}
			async #follow(operation) {
				if (!this.#inputs.wait && !isTerminal(operation)) {
					return concludeAccepted(this.#facts(), operation);
				}
				const end = await pollUntilDone(operation, this.#pollerDependencies(), this.#rules, this.#deadlineMs, this.#signal);
				return concludePolling(this.#facts(), end);
			}
			#pollerDependencies() {
				const { clock } = this.#deps;
				return {
					now: clock.now,
					sleep: (ms, signal) => this.#sleepWithHeartbeat(ms, signal),
					get: (url, timeoutMs, signal) => this.#poll(url, timeoutMs, signal),
					onUpdate: (operation) => this.#noteChange(operation)
				};
			}
			async #poll(url, timeoutMs, signal) {
				try {
					const response = await this.#deps.client.get(url, {
						timeoutMs,
						signal
					});
					return {
						kind: "response",
						response
					};
				} catch (error) {
					if (error instanceof NoAnswerError || error instanceof errors.Jj) {
						return {
							kind: "no-response",
							message: error.message
						};
					}
					throw error;
				}
			}
			async #sleepWithHeartbeat(ms, signal) {
				const { clock, log } = this.#deps;
				const untilMs = clock.now() + ms;
				for (let leftMs = ms; leftMs > 0 && !signal.aborted; leftMs = untilMs - clock.now()) {
					log.heartbeat({
						at: clock.now(),
						nextPollAt: untilMs
					});
					await clock.sleep(Math.min(leftMs, run_operation_HEARTBEAT_MS), signal);
				}
			}
			#noteChange({ facts }) {
				const { lastStatus, percentComplete } = facts;
				if (lastStatus === undefined) return;
				const last = this.#changes.at(-1);
				if (last?.status === lastStatus && last.percentComplete === percentComplete) return;
				const change = {
					at: this.#deps.clock.now(),
					status: lastStatus,
					...percentComplete === undefined ? {} : { percentComplete }
				};
				this.#changes.push(change);
				this.#deps.log.statusChanged(change);
			}
			#warn(text) {
				this.#warnings.push(text);
				this.#deps.log.warning(text);
			}
			#facts() {
				return {
					request: this.#request,
					cloud: this.#inputs.cloud,
					correlationId: this.#deps.tracing.correlationId,
					timeoutMs: this.#inputs.timeoutMs,
					startedAtMs: this.#startedAtMs,
					endedAtMs: this.#deps.clock.now(),
					changes: this.#changes,
					warnings: this.#warnings,
					...this.#accepted === undefined ? {} : { accepted: this.#accepted }
				};
			}
		}
		function readRules(inputs) {
			const { pollIntervalMs, maxPollIntervalMs, timeoutMs } = inputs;
			return {
				finalStateVia: inputs.finalStateVia,
				extraStates: {
					success: inputs.successStates,
					failure: inputs.failureStates
				},
				acceptStatus: inputs.acceptStatus,
				trust: inputs.cloud.trust,
				timing: {
					timeoutMs,
					...pollIntervalMs === undefined ? {} : { pollIntervalMs },
					...maxPollIntervalMs === undefined ? {} : { maxPollIntervalMs }
				}
			};
		}
		;
		const USER_AGENT = "arm-operation/0.1.0";
		async function run() {
			const clock = systemClock;
			try {
				const inputs = await readActionInputs({
					now: clock.now(),
					uniqueId: (0, external_node_crypto_.randomUUID)()
				});
				const log = new Log();
				for (const warning of inputs.warnings) log.warning(warning);
				const outcome = await perform(inputs, log, clock, listenForCancellation());
				await report(outcome, inputs, log);
			} catch (error) {
				setFailed(toLine(error instanceof Error ? error.message : String(error)));
			}
		}
		function listenForCancellation() {
			const controller = new AbortController();
			for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => controller.abort());
			return controller.signal;
		}
		async function perform(inputs, log, clock, signal) {
			const tracing = chooseTracing(inputs.headers, (0, external_node_crypto_.randomUUID)());
			const http = createHttp(describeUserAgent(), clock.now);
			try {
				const tokens = createTokenProvider(inputs.signIn, inputs.cloud, {
					now: clock.now,
					environment: process.env,
					mask: setSecret,
					onSignIn: (credential) => info(`Signed in with ${toLine(credential)}`)
				});
				const { trust } = inputs.cloud;
				const client = createArmClient({
					http,
					tokens,
					trust,
					tracing,
					headers: inputs.headers
				});
				const request = {
					method: inputs.method,
					url: inputs.url
				};
				const portalUrl = findPortalUrl(inputs.cloud.portalOrigin, findResourceId(request, undefined));
				log.requestSent({
					request,
					at: clock.now(),
					correlationId: tracing.correlationId,
					...portalUrl === undefined ? {} : { portalUrl }
				});
				return await runOperation(inputs, {
					client,
					clock,
					tracing,
					log
				}, signal);
			} finally {
				http.close();
			}
		}
		function describeUserAgent() {
			const given = (process.env.AZURE_HTTP_USER_AGENT ?? "").replace(/[^\x20-\x7e]/g, "");
			return given === "" ? USER_AGENT : `${given} ${USER_AGENT}`;
		}
		async function report(outcome, inputs, log) {
			log.finished(outcome);
			await writeOutputs(outcome, { responseFile: inputs.responseFile });
			if (inputs.summary) await writeSummary(outcome, log);
			if (isGreen(outcome, inputs.wait)) return;
			const { title, message } = describeFailure(outcome);
			error(message, { title });
			process.exitCode = ExitCode.Failure;
		}
		async function writeSummary(outcome, log) {
			if (!process.env.GITHUB_STEP_SUMMARY) return;
			try {
				await summary.addRaw(renderSummary(outcome), true).write();
			} catch (error) {
				log.warning(`The job summary could not be written: ${error instanceof Error ? error.message : error}`);
			}
		}
	})
};
var __webpack_module_cache__ = {};
function __nccwpck_require__(moduleId) {
	var cachedModule = __webpack_module_cache__[moduleId];
	if (cachedModule !== undefined) {
		return cachedModule.exports;
	}
	var module = __webpack_module_cache__[moduleId] = { exports: {} };
	var threw = true;
	try {
		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
		threw = false;
	} finally {
		if (threw) delete __webpack_module_cache__[moduleId];
	}
	return module.exports;
}
__nccwpck_require__.m = __webpack_modules__;
if (typeof __nccwpck_require__ !== "undefined") __nccwpck_require__.ab = decodeURIComponent(new URL(".", import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
(() => {
	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
	var resolveQueue = (queue) => {
		if (queue && queue.d < 1) {
			queue.d = 1;
			queue.forEach((fn) => fn.r--);
			queue.forEach((fn) => fn.r-- ? fn.r++ : fn());
		}
	};
	var wrapDeps = (deps) => deps.map((dep) => {
		if (dep !== null && typeof dep === "object") {
			if (dep[webpackQueues]) return dep;
			if (dep.then) {
				var queue = [];
				queue.d = 0;
				dep.then((r) => {
					obj[webpackExports] = r;
					resolveQueue(queue);
				}, (e) => {
					obj[webpackError] = e;
					resolveQueue(queue);
				});
				var obj = {};
				obj[webpackQueues] = (fn) => fn(queue);
				return obj;
			}
		}
		var ret = {};
		ret[webpackQueues] = (x) => {};
		ret[webpackExports] = dep;
		return ret;
	});
	__nccwpck_require__.a = (module, body, hasAwait) => {
		var queue;
		hasAwait && ((queue = []).d = -1);
		var depQueues = new Set();
		var exports = module.exports;
		var currentDeps;
		var outerResolve;
		var reject;
		var promise = new Promise((resolve, rej) => {
			reject = rej;
			outerResolve = resolve;
		});
		promise[webpackExports] = exports;
		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"]((x) => {}));
		module.exports = promise;
		body((deps) => {
			currentDeps = wrapDeps(deps);
			var fn;
			var getResult = () => currentDeps.map((d) => {
				if (d[webpackError]) throw d[webpackError];
				return d[webpackExports];
			});
			var promise = new Promise((resolve) => {
				fn = () => resolve(getResult);
				fn.r = 0;
				var fnQueue = (q) => q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn)));
				currentDeps.map((dep) => dep[webpackQueues](fnQueue));
			});
			return fn.r ? promise : getResult();
		}, (err) => (err ? reject(promise[webpackError] = err) : outerResolve(exports), resolveQueue(queue)));
		queue && queue.d < 0 && (queue.d = 0);
	};
})();
(() => {
	var getProto = Object.getPrototypeOf ? (obj) => Object.getPrototypeOf(obj) : (obj) => obj.__proto__;
	var leafPrototypes;
	__nccwpck_require__.t = function(value, mode) {
		if (mode & 1) value = this(value);
		if (mode & 8) return value;
		if (typeof value === "object" && value) {
			if (mode & 4 && value.__esModule) return value;
			if (mode & 16 && typeof value.then === "function") return value;
		}
		var ns = Object.create(null);
		__nccwpck_require__.r(ns);
		var def = {};
		leafPrototypes = leafPrototypes || [
			null,
			getProto({}),
			getProto([]),
			getProto(getProto)
		];
		for (var current = mode & 2 && value; typeof current == "object" && !~leafPrototypes.indexOf(current); current = getProto(current)) {
			Object.getOwnPropertyNames(current).forEach((key) => def[key] = () => value[key]);
		}
		def["default"] = () => value;
		__nccwpck_require__.d(ns, def);
		return ns;
	};
})();
(() => {
	__nccwpck_require__.d = (exports, definition) => {
		for (var key in definition) {
			if (__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
				Object.defineProperty(exports, key, {
					enumerable: true,
					get: definition[key]
				});
			}
		}
	};
})();
(() => {
	__nccwpck_require__.f = {};
	__nccwpck_require__.e = (chunkId) => {
		return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
			__nccwpck_require__.f[key](chunkId, promises);
			return promises;
		}, []));
	};
})();
(() => {
	__nccwpck_require__.u = (chunkId) => {
		return "" + chunkId + ".index.js";
	};
})();
(() => {
	__nccwpck_require__.o = (obj, prop) => Object.prototype.hasOwnProperty.call(obj, prop);
})();
(() => {
	__nccwpck_require__.r = (exports) => {
		if (typeof Symbol !== "undefined" && Symbol.toStringTag) {
			Object.defineProperty(exports, Symbol.toStringTag, { value: "Module" });
		}
		Object.defineProperty(exports, "__esModule", { value: true });
	};
})();
(() => {
	var installedChunks = { 792: 0 };
	var installChunk = (data) => {
		var { ids, modules, runtime } = data;
		var moduleId, chunkId, i = 0;
		for (moduleId in modules) {
			if (__nccwpck_require__.o(modules, moduleId)) {
				__nccwpck_require__.m[moduleId] = modules[moduleId];
			}
		}
		if (runtime) runtime(__nccwpck_require__);
		for (; i < ids.length; i++) {
			chunkId = ids[i];
			if (__nccwpck_require__.o(installedChunks, chunkId) && installedChunks[chunkId]) {
				installedChunks[chunkId][0]();
			}
			installedChunks[ids[i]] = 0;
		}
	};
	__nccwpck_require__.f.j = (chunkId, promises) => {
		var installedChunkData = __nccwpck_require__.o(installedChunks, chunkId) ? installedChunks[chunkId] : undefined;
		if (installedChunkData !== 0) {
			if (installedChunkData) {
				promises.push(installedChunkData[1]);
			} else {
				if (true) {
					var promise = import("./" + __nccwpck_require__.u(chunkId)).then(installChunk, (e) => {
						if (installedChunks[chunkId] !== 0) installedChunks[chunkId] = undefined;
						throw e;
					});
					var promise = Promise.race([promise, new Promise((resolve) => installedChunkData = installedChunks[chunkId] = [resolve])]);
					promises.push(installedChunkData[1] = promise);
				}
			}
		}
	};
})();
var __webpack_exports__ = __nccwpck_require__(5691);
__webpack_exports__ = await __webpack_exports__;
