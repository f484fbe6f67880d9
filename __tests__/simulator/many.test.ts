/**
 * What lists of operations are about in the simulator: a site with its slot, an identity, and the keys of an account.
 */
import { describe, expect, it } from 'vitest'
import { type Client, GROUP, readHeader, start } from './client.ts'

const SITE = `${GROUP}/providers/Microsoft.Web/sites/shop`
const SLOT = `${SITE}/slots/staging`
const SWAP = `${SLOT}/slotsswap`
const IDENTITY = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/shop`
const ACCOUNT = `${GROUP}/providers/Microsoft.Storage/storageAccounts/shopimages`

const image = (name: string) => ({ properties: { siteConfig: { linuxFxVersion: name } } })
const readImage = async ({ send }: Client, id: string) => {
  const { json } = await send('GET', `${id}/config/web`)
  return json.properties
}

/** A site and its slot, both at rest. */
async function startWithSlot(): Promise<Client> {
  const client = await start()
  await client.send('PUT', SITE, { body: image('old') })
  await client.send('PUT', SLOT, { body: image('new') })
  client.clock.advance(60_000)
  return client
}

describe('a site', () => {
  it.each([
    [SITE, 'shop.azurewebsites.net'],
    [SLOT, 'shop-staging.azurewebsites.net']
  ])('%s shows its host and that it runs', async (id, defaultHostName) => {
    const { send } = await startWithSlot()
    expect((await send('GET', id)).json).toMatchObject({
      id,
      properties: { defaultHostName, state: 'Running', provisioningState: 'Succeeded' }
    })
  })

  it('exchanges its configuration with that of the slot, in an operation behind a Location', async () => {
    const client = await startWithSlot()
    const { send, clock, simulator } = client
    const body = { targetSlot: 'production', preserveVnet: true }
    const accepted = await send('POST', SWAP, { body })
    expect([accepted.status, accepted.headers.get('retry-after')]).toEqual([202, '15'])
    const location = readHeader(accepted, 'location')
    expect((await send('GET', location)).status).toBe(202)
    expect((await send('POST', SWAP, { body })).status).toBe(409)
    clock.advance(40_000)
    expect((await send('GET', location)).status).toBe(204)
    expect(await readImage(client, SITE)).toMatchObject({ linuxFxVersion: 'new' })
    expect(await readImage(client, SLOT)).toMatchObject({ linuxFxVersion: 'old' })
    expect(simulator.ledger.count('resource-action', SLOT)).toBe(1)
  })

  it('keeps its configuration when it is written without one, and one that is refused has none', async () => {
    const client = await startWithSlot()
    await client.send('PUT', SITE, { body: { tags: { team: 'web' } } })
    expect(await readImage(client, SITE)).toMatchObject({ linuxFxVersion: 'old' })
    await client.send('PUT', SITE, { body: image('refused') })
    expect(await readImage(client, SITE)).toMatchObject({ linuxFxVersion: 'old' })
  })

  it.each([
    ['a slot that is not there', `${SITE}/slots/none/slotsswap`, 'production', 'ResourceNotFound'],
    ['with a slot that is not there', SWAP, 'none', 'NotFound'],
    ['with itself', SWAP, 'staging', 'NotFound']
  ])('refuses to swap %s', async (_what, path, targetSlot, code) => {
    const { send, simulator } = await startWithSlot()
    const { status, json } = await send('POST', path, { body: { targetSlot } })
    expect([status, json.error]).toMatchObject([404, { code }])
    expect(simulator.ledger.count('resource-action')).toBe(0)
  })
})

describe('an identity', () => {
  it('is made at once, with IDs that stay the same', async () => {
    const { send } = await start()
    const made = await send('PUT', IDENTITY, { body: { location: 'westeurope' } })
    const guid = expect.stringMatching(
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/
    )
    expect(made).toMatchObject({
      status: 201,
      json: { location: 'westeurope', properties: { principalId: guid, clientId: guid } }
    })
    expect((await send('GET', IDENTITY)).json).toEqual(made.json)
    const other = await send('PUT', `${IDENTITY}-2`, { body: { location: 'westeurope' } })
    expect(other.json.properties).not.toEqual(made.json.properties)
  })

  it('is missing until it is made', async () => {
    const { send } = await start()
    expect((await send('GET', IDENTITY)).status).toBe(404)
  })
})

describe('the keys of a storage account', () => {
  const startWithAccount = async () => {
    const client = await start()
    await client.send('PUT', ACCOUNT, { body: { location: 'westeurope' } })
    return client
  }
  const list = async ({ send }: Client) => {
    const { keys } = (await send('POST', `${ACCOUNT}/listKeys`)).json
    if (!Array.isArray(keys)) throw new Error('no keys')
    return keys
  }

  it('are two, and one is made anew at a time', async () => {
    const client = await startWithAccount()
    const before = await list(client)
    expect(before).toMatchObject([{ keyName: 'key1' }, { keyName: 'key2' }])
    expect(await list(client)).toEqual(before)
    const body = { keyName: 'key2' }
    const { json } = await client.send('POST', `${ACCOUNT}/regenerateKey`, { body })
    const after = await list(client)
    expect(json.keys).toEqual(after)
    expect(after).toMatchObject([before[0], { keyName: 'key2' }])
    expect(after).not.toEqual(before)
    expect(client.simulator.ledger.count('resource-action', ACCOUNT)).toBe(1)
  })

  it('need an account, and a name that a key has', async () => {
    const client = await startWithAccount()
    const body = { keyName: 'key3' }
    expect((await client.send('POST', `${ACCOUNT}/regenerateKey`, { body })).status).toBe(400)
    expect((await client.send('POST', `${ACCOUNT}2/listKeys`)).status).toBe(404)
  })
})

describe('a collection', () => {
  const machines = `${GROUP}/providers/Microsoft.Compute/virtualMachines`

  it('has the resources of its type, in pages, and no others', async () => {
    const client = await start({ pageSize: 2 })
    for (const name of ['a', 'b', 'c']) {
      await client.send('PUT', `${machines}/${name}`, { body: { location: 'westeurope' } })
    }
    await client.send('PUT', SITE, { body: image('old') })
    client.clock.advance(60_000)
    const first = await client.send('GET', machines)
    expect(first.json.value).toMatchObject([{ name: 'a' }, { name: 'b' }])
    const rest = await client.send('GET', String(first.json.nextLink))
    expect(rest.json).toMatchObject({ value: [{ id: `${machines}/c` }] })
    expect(rest.json.nextLink).toBeUndefined()
    const all = machines.replace(/\/resourceGroups\/[^/]+/, '')
    expect((await client.send('GET', all)).json.value).toHaveLength(2)
    expect((await client.send('GET', `${GROUP}/providers/Microsoft.Web/serverfarms`)).json).toEqual(
      { value: [] }
    )
  })

  it('may be below a resource, and loses what is deleted', async () => {
    const client = await start()
    const pools = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/shop/agentPools`
    await client.send('PUT', `${pools}/system`, { body: { properties: { count: 3 } } })
    client.clock.advance(60_000)
    expect((await client.send('GET', pools)).json).toMatchObject({ value: [{ name: 'system' }] })
    await client.send('DELETE', `${pools}/system`)
    client.clock.advance(60_000)
    expect((await client.send('GET', pools)).json).toEqual({ value: [] })
  })
})

describe('a vault', () => {
  const vault = `${GROUP}/providers/Microsoft.KeyVault/vaults/keys`
  const deleted = `${GROUP.replace(/\/resourceGroups.*/, '')}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/keys`

  it('stays behind when it is deleted, until it is purged', async () => {
    const { send, clock, simulator } = await start()
    await send('PUT', vault, { body: { location: 'westeurope' } })
    clock.advance(60_000)
    expect((await send('POST', `${deleted}/purge`)).status).toBe(404)
    expect((await send('DELETE', vault)).status).toBe(204)
    expect((await send('GET', vault)).status).toBe(404)
    expect((await send('GET', deleted)).json).toMatchObject({ properties: { vaultId: vault } })
    const purged = await send('POST', `${deleted}/purge`)
    const location = readHeader(purged, 'location')
    expect((await send('GET', location)).status).toBe(202)
    clock.advance(30_000)
    expect((await send('GET', location)).status).toBe(200)
    expect((await send('GET', deleted)).status).toBe(404)
    expect(simulator.ledger.count('resource-delete')).toBe(2)
  })
})

describe('a trigger', () => {
  const trigger = `${GROUP}/providers/Microsoft.DataFactory/factories/shop/triggers/hourly`

  it('is started and stopped at once, and keeps the rest', async () => {
    const { send, clock } = await start()
    expect((await send('POST', `${trigger}/stop`)).status).toBe(404)
    await send('PUT', trigger, {
      body: { properties: { type: 'ScheduleTrigger', runtimeState: 'Started' } }
    })
    clock.advance(60_000)
    for (const [action, runtimeState] of [
      ['stop', 'Stopped'],
      ['start', 'Started']
    ]) {
      expect((await send('POST', `${trigger}/${action}`)).status).toBe(200)
      expect((await send('GET', trigger)).json).toMatchObject({
        properties: { type: 'ScheduleTrigger', runtimeState }
      })
    }
  })
})
