import { describe, expect, it } from 'vitest'
import { CLOUD_NAMES, type CloudInputs, readCloud, requireAuthority } from '../../src/arm/clouds.ts'

const NONE: CloudInputs = { environment: '', endpoint: '', audience: '', authorityHost: '' }
const read = (inputs: Partial<CloudInputs>) => readCloud({ ...NONE, ...inputs })
const readCustom = (inputs: Partial<CloudInputs>) => read({ environment: 'custom', ...inputs })

describe('readCloud', () => {
  // The addresses of azcore's cloud package and MSAL's authority metadata.
  it.each([
    ['', 'AzureCloud', 'https://management.azure.com', 'https://login.microsoftonline.com'],
    [
      'azurecloud',
      'AzureCloud',
      'https://management.azure.com',
      'https://login.microsoftonline.com'
    ],
    [
      'azureusgovernment',
      'AzureUSGovernment',
      'https://management.usgovcloudapi.net',
      'https://login.microsoftonline.us'
    ],
    [
      'AZURECHINACLOUD',
      'AzureChinaCloud',
      'https://management.chinacloudapi.cn',
      'https://login.chinacloudapi.cn'
    ],
    [
      'AzureBleuCloud',
      'AzureBleuCloud',
      'https://management.sovcloud-api.fr',
      'https://login.sovcloud-identity.fr'
    ],
    [
      'AzureDelosCloud',
      'AzureDelosCloud',
      'https://management.sovcloud-api.de',
      'https://login.sovcloud-identity.de'
    ]
  ])('knows %j', async (environment, name, endpoint, authorityHost) => {
    const trust = { origin: endpoint, subdomains: true }
    expect(await read({ environment })).toMatchObject({
      name,
      resourceManagerEndpoint: endpoint,
      authorityHost,
      trust
    })
  })

  it.each([
    [
      'AzureCloud',
      'https://management.core.windows.net//.default',
      'api://AzureADTokenExchange',
      'https://portal.azure.com'
    ],
    [
      'AzureUSGovernment',
      'https://management.core.usgovcloudapi.net//.default',
      'api://AzureADTokenExchangeUSGov',
      'https://portal.azure.us'
    ],
    [
      'AzureChinaCloud',
      'https://management.core.chinacloudapi.cn//.default',
      'api://AzureADTokenExchangeChina',
      'https://portal.azure.cn'
    ],
    [
      'AzureBleuCloud',
      'https://management.sovcloud-api.fr//.default',
      'api://AzureADTokenExchangeFrance',
      undefined
    ],
    [
      'AzureDelosCloud',
      'https://management.sovcloud-api.de//.default',
      'api://AzureADTokenExchangeGermany',
      undefined
    ]
  ])(
    'asks for a token of %s with its own audience',
    async (environment, scope, idTokenAudience, portalOrigin) => {
      const cloud = await read({ environment })
      const { authorityHost } = cloud
      expect(requireAuthority(cloud)).toEqual({ scope, authorityHost, isPublic: true })
      expect(cloud.idTokenAudience).toBe(idTokenAudience)
      expect(cloud.portalOrigin).toBe(portalOrigin)
    }
  )

  it('writes every endpoint as an origin', async () => {
    for (const environment of CLOUD_NAMES.filter((name) => name !== 'custom')) {
      const { resourceManagerEndpoint } = await read({ environment })
      expect(new URL(resourceManagerEndpoint).origin).toBe(resourceManagerEndpoint)
    }
  })

  it('gives a frozen value', async () => {
    expect(Object.isFrozen(await read({}))).toBe(true)
    expect(Object.isFrozen((await read({})).trust)).toBe(true)
    const custom = await readCustom({ endpoint: 'https://a.example' })
    expect(Object.isFrozen(custom)).toBe(true)
    expect(Object.isFrozen(custom.trust)).toBe(true)
  })

  it.each([
    ['https://arm.example', 'https://arm.example'],
    ['https://ARM.example:443/', 'https://arm.example'],
    ['https://arm.example:8443', 'https://arm.example:8443'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://127.1.2.3', 'http://127.1.2.3'],
    ['http://localhost:80/', 'http://localhost'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['http://[0:0:0:0:0:0:0:1]:8080', 'http://[::1]:8080'],
    ['https://xn--rm-xka.example', 'https://xn--rm-xka.example']
  ])('takes %s as a custom endpoint', async (endpoint, origin) => {
    expect(await readCustom({ endpoint })).toEqual({
      name: 'custom',
      resourceManagerEndpoint: origin,
      trust: { origin, subdomains: false },
      idTokenAudience: 'api://AzureADTokenExchange'
    })
  })

  it('takes the authority and audience of a custom cloud as given', async () => {
    const cloud = await readCustom({
      endpoint: 'https://arm.example',
      audience: 'https://arm.example/1',
      authorityHost: 'https://login.example/adfs/'
    })
    expect(requireAuthority(cloud)).toEqual({
      authorityHost: 'https://login.example/adfs',
      scope: 'https://arm.example/1/.default',
      isPublic: false
    })
    expect(cloud).not.toHaveProperty('portalOrigin')
  })

  it.each<[Partial<CloudInputs>, string]>([
    [
      { environment: 'Azure' },
      'Input environment: "Azure" is not a known cloud. Allowed: AzureCloud, AzureUSGovernment, AzureChinaCloud, AzureBleuCloud, AzureDelosCloud, custom.'
    ],
    [
      { environment: 'azureGermanCloud' },
      'is the German cloud that closed on 2021-10-29; the sovereign cloud in Germany is AzureDelosCloud.'
    ],
    [
      { environment: 'AzureGermanyCloud' },
      'is spelled AzureDelosCloud here, because another cloud used to have that name.'
    ],
    // azure/login's word for it: https://github.com/Azure/login#login-to-azure-stack.
    [
      { environment: 'azurestack' },
      'Input resource-manager-endpoint: is missing, and environment custom needs it'
    ],
    [
      { authorityHostVariable: 'http://login.example' },
      'Environment variable AZURE_AUTHORITY_HOST: "http://login.example" does not use https.'
    ],
    [
      { endpoint: 'https://a.example' },
      'Input resource-manager-endpoint: is for environment custom; environment is AzureCloud'
    ],
    [{ audience: 'x' }, 'Input resource-manager-audience: is for environment custom'],
    [
      { environment: 'azurechinacloud', authorityHost: 'https://a.example' },
      'Input authority-host: is for environment custom; environment is AzureChinaCloud'
    ]
  ])('refuses %o', async (inputs, message) => {
    await expect(read(inputs)).rejects.toThrow(message)
  })

  it.each<[Partial<CloudInputs>, string]>([
    [{}, 'Input resource-manager-endpoint: is missing, and environment custom needs it.'],
    [{ endpoint: 'arm.example' }, '"arm.example" is not an absolute http or https URL.'],
    [{ endpoint: 'ftp://arm.example' }, 'is not an absolute http or https URL.'],
    [{ endpoint: '//arm.example' }, 'is not an absolute http or https URL.'],
    [{ endpoint: 'https://' }, 'is not an absolute http or https URL.'],
    [{ endpoint: 'https://a b' }, 'is not an absolute http or https URL.'],
    [{ endpoint: 'https://a.example\\b' }, 'is not an absolute http or https URL.'],
    [{ endpoint: 'https://a.example:99999' }, 'is not an absolute http or https URL.'],
    [{ endpoint: 'https://a.example/path' }, '"https://a.example/path" holds a path.'],
    [
      { endpoint: 'https://a.example?x=hidden' },
      '"https://a.example?…" holds a query or fragment.'
    ],
    [{ endpoint: 'https://a.example/#x' }, 'holds a query or fragment.'],
    [
      { endpoint: 'https://me:hidden@a.example' },
      '"https://…@a.example" holds a user name or password.'
    ],
    [{ endpoint: 'https://@a.example' }, 'holds a user name or password.'],
    [
      { endpoint: 'http://arm.example' },
      'would send the token in the clear. Allowed: https, or http on a loopback address.'
    ],
    [{ endpoint: 'http://10.0.0.1' }, 'would send the token in the clear.'],
    [{ endpoint: 'http://0.0.0.0' }, 'would send the token in the clear.'],
    [{ endpoint: 'http://127.0.0.1.example' }, 'would send the token in the clear.'],
    [{ endpoint: 'http://localhost.example' }, 'would send the token in the clear.'],
    // Letters, digits, hyphens (https://www.rfc-editor.org/rfc/rfc1123#section-2.1); a URL parser takes far more.
    ...[
      'http://[::2]',
      'https://[2001:db8::1]',
      'https://a_b.example',
      'https://a%2eexample',
      'https://a.example%00',
      'https://ärm.example',
      'https://ａ.example',
      'https://a。example',
      'https://a.example;b',
      "https://a.example'",
      'https://*.example'
    ].map((endpoint): [Partial<CloudInputs>, string] => [
      { endpoint },
      /[\0%]00/.test(endpoint)
        ? 'is not an absolute http or https URL.'
        : 'has a host name of more than letters, digits, hyphens and dots.'
    ])
  ])('refuses a custom endpoint as of %o', async (inputs, message) => {
    await expect(readCustom(inputs)).rejects.toThrow(message)
    await expect(readCustom(inputs)).rejects.toThrow(
      /^Input resource-manager-endpoint: (?!.*hidden)/
    )
  })

  it.each<[Partial<CloudInputs>, string]>([
    [{ audience: 'a b' }, 'Input resource-manager-audience: "a b" holds a space'],
    [
      { audience: 'ä' },
      'Input resource-manager-audience: "ä" holds a space, a control character or a character'
    ],
    [
      { authorityHost: 'login.example' },
      'Input authority-host: "login.example" is not an absolute http or https URL.'
    ],
    [
      { authorityHost: 'http://localhost:1' },
      'Input authority-host: "http://localhost:1" does not use https.'
    ],
    [
      { authorityHost: 'https://login_a.example' },
      'Input authority-host: "https://login_a.example" has a host name of more than'
    ],
    [
      { authorityHostVariable: 'https://lögin.example' },
      'Environment variable AZURE_AUTHORITY_HOST: "https://lögin.example" has a host name of more'
    ],
    [
      { authorityHost: 'https://a.example/?x' },
      'Input authority-host: "https://a.example/?…" holds a query or fragment.'
    ]
  ])('refuses %o of a custom cloud', async (inputs, message) => {
    const reading = readCustom({ endpoint: 'https://arm.example', ...inputs })
    await expect(reading).rejects.toThrow(message)
  })
})

// https://learn.microsoft.com/dotnet/api/overview/azure/identity-readme#sovereign-cloud-configuration
describe('AZURE_AUTHORITY_HOST', () => {
  const custom = { environment: 'custom', endpoint: 'https://arm.example' }
  const us = ' https://login.microsoftonline.us/ '
  it.each<[Partial<CloudInputs>, string, string]>([
    [{}, 'https://login.windows.net', 'https://login.windows.net'],
    [{ environment: 'AzureUSGovernment' }, us, 'https://login.microsoftonline.us'],
    [
      { environment: 'AzureUSGovernment' },
      'https://login.usgovcloudapi.net/',
      'https://login.usgovcloudapi.net'
    ],
    [{ environment: 'AzureDelosCloud' }, '', 'https://login.sovcloud-identity.de'],
    [custom, us, 'https://login.microsoftonline.us'],
    [{ ...custom, authorityHost: 'https://login.example' }, us, 'https://login.example']
  ])('counts: %o with %s', async (inputs, authorityHostVariable, authorityHost) => {
    expect((await read({ ...inputs, authorityHostVariable })).authorityHost).toBe(authorityHost)
  })

  // The proof of identity goes to whatever host it names.
  it.each<[Partial<CloudInputs>, string]>([
    [{}, 'https://login.example'],
    [{}, 'https://login.microsoftonline.us'],
    [{}, 'https://login.microsoftonline.com:8443'],
    [{}, 'https://login.microsoftonline.com.example'],
    [{ environment: 'AzureChinaCloud' }, 'https://login.microsoftonline.com'],
    [{ environment: 'AzureBleuCloud' }, 'https://login.sovcloud-identity.de']
  ])('is refused where it is no authority of the cloud: %o with %s', async (inputs, variable) => {
    await expect(read({ ...inputs, authorityHostVariable: variable })).rejects.toThrow(
      `Environment variable AZURE_AUTHORITY_HOST: "${variable}" is no authority of environment `
    )
  })
})

describe('requireAuthority', () => {
  const endpoint = 'https://arm.example'

  // MSAL knows these by itself; about any other it would ask the public cloud, unless it is told not to.
  it.each([
    ['https://login.microsoftonline.com', true],
    ['https://login.windows.net', true],
    ['https://login.partner.microsoftonline.cn', true],
    ['https://login.sovcloud-identity.fr', true],
    ['https://login.microsoftonline.com.example', false],
    ['https://login.microsoftonline.com:8443', false],
    ['https://login.example', false]
  ])('tells whether %s is a public authority: %s', async (authorityHost, isPublic) => {
    const cloud = await readCustom({ endpoint, audience: 'https://a.example', authorityHost })
    expect(requireAuthority(cloud)).toMatchObject({ isPublic })
  })

  it.each<[Partial<CloudInputs>, string]>([
    [{}, 'Input resource-manager-audience: is missing'],
    [{ authorityHost: 'https://a.example' }, 'Input resource-manager-audience: is missing'],
    [{ audience: 'https://a.example' }, 'Input authority-host: is missing']
  ])('refuses a custom cloud with %o', async (inputs, message) => {
    const cloud = await readCustom({ endpoint, ...inputs })
    expect(() => requireAuthority(cloud)).toThrow(message)
  })
})
