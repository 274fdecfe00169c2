import { describe, expect, it } from 'vitest'
import { podWith, sources } from './fixtures.ts'
import { type Volume } from './pod.ts'
import { volumeContent } from './volume-files.ts'

const filesOf = (volume: Volume) => {
  const content = volumeContent(volume, podWith(), sources)
  if (content.kind !== 'files') return content
  return Object.fromEntries(
    [...content.files].map(([path, file]) => [path, [file.content.toString('utf8'), file.mode.toString(8)]]),
  )
}

describe('volumeContent', () => {
  const name = 'v'
  it.each<{ because: string; volume: Volume; is: unknown }>([
    {
      because: 'a ConfigMap is all its keys, binary ones too',
      volume: { name, configMap: { name: 'settings' } },
      is: { 'a.txt': ['A', '644'], 'b.txt': ['B', '644'], bin: ['\u0001', '644'] },
    },
    {
      because: 'items choose keys and name files',
      volume: { name, configMap: { name: 'settings', items: [{ key: 'a.txt', path: 'sub/a' }] } },
      is: { 'sub/a': ['A', '644'] },
    },
    {
      because: 'a Secret is decoded, with the mode of the volume',
      volume: { name, secret: { secretName: 'login', defaultMode: 0o400 } },
      is: { password: ['hunter2', '400'] },
    },
    {
      because: 'an item has a mode of its own',
      volume: {
        name,
        secret: {
          secretName: 'login',
          items: [{ key: 'password', path: 'p', mode: 0o440 }],
          defaultMode: 0o400,
        },
      },
      is: { p: ['hunter2', '440'] },
    },
    {
      because: 'the downward API gives a file for each item',
      volume: {
        name,
        downwardAPI: {
          items: [{ path: 'who', fieldRef: { fieldPath: 'metadata.name' } }],
          defaultMode: 0o444,
        },
      },
      is: { who: ['web-1', '444'] },
    },
    {
      because: 'a projected volume puts its sources together',
      volume: {
        name,
        projected: {
          sources: [
            { configMap: { name: 'settings', items: [{ key: 'b.txt', path: 'b' }] } },
            { secret: { name: 'login' } },
            {
              downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] },
            },
            { serviceAccountToken: { path: 'token' } },
          ],
        },
      },
      is: {
        b: ['B', '644'],
        password: ['hunter2', '644'],
        namespace: ['shop', '644'],
        token: ['the-token', '644'],
      },
    },
    { because: 'an emptyDir is a directory', volume: { name, emptyDir: {} }, is: { kind: 'directory' } },
    {
      because: 'what is not there is waited for',
      volume: { name, secret: { secretName: 'none' } },
      is: { kind: 'missing', message: 'secret "none" not found' },
    },
    {
      because: 'a key that is not there is waited for',
      volume: { name, configMap: { name: 'settings', items: [{ key: 'c', path: 'c' }] } },
      is: { kind: 'missing', message: 'configmap "settings" has no key "c"' },
    },
    {
      because: 'a token that was not issued yet is waited for',
      volume: { name, projected: { sources: [{ serviceAccountToken: { path: 't', audience: 'vault' } }] } },
      is: { kind: 'missing', message: 'the service account token was not issued yet' },
    },
    {
      because: 'what is optional may be missing',
      volume: { name, secret: { secretName: 'none', optional: true } },
      is: {},
    },
    {
      because: 'a kind that a process cannot have is refused aloud',
      volume: { name, hostPath: { path: '/' } } as Volume,
      is: { kind: 'refused', message: 'volume "v" is of a kind that the process kubelet does not have' },
    },
  ])('$because', ({ volume, is }) => {
    expect(filesOf(volume)).toEqual(is)
  })
})
