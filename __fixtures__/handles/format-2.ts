/**
 * Handles in format 2, letter by letter as releases have written them, and what they say. A row is never changed, and
 * no text in it is ever written anew: somebody's later step may hold one like it. A new format gets a file of its own.
 */
import { empty, operationStatus, resource } from '../conversation.ts'
import { FORMAT_1 } from './format-1.ts'
import {
  CACHE,
  facts,
  handle,
  RESTART,
  running,
  STATUS,
  SUBSCRIPTION,
  type WrittenHandle
} from './written-handle.ts'

const DEPLOYMENT =
  'https://management.azure.com/subscriptions/5f3b1c2d-0000-4aaa-9bbb-0123456789ab/resourceGroups/shop/providers/Microsoft.Resources/deployments/web?api-version=2025-04-01'

/** What format 1 can say, as format 2 says it, by the name of its row. */
const AS_BEFORE: Readonly<Record<string, string>> = {
  'a PUT by its Azure-AsyncOperation':
    'armop2.wLvir-L64qi0tLCz-u_vraGuoaelraWutO6hurWype6jr63i7OKt4vrikJWU4uziteL64u-ztaKzo7KpsLSpr66z78Gzwu-ypbOvtbKjpYeyr7Wws--zqK-w77Cyr7appKWys--NqaOyr7OvprTug6GjqKXvsqWkqbPvo6GytP-hsKnttqWys6mvrv3y8PL17fD07fDx4uzipuL68vDx7OK04vrx9_b38vL19vDw8PDw7OKy4vrx9fDw8OzisOL6tLK1pezit-L64oOypaG0qa6n4uzituL64rO0obS1s-21sqzi7OKn4vri77O1orOjsqmwtKmvrrPvwbPC77Cyr7appKWys--NqaOyr7OvprTug6GjqKXvrK-jobSpr66z77els7SltbKvsKXvr7ClsqG0qa-uk7ShtLWzpbPv9_-hsKnttqWys6mvrv3y8PL17fD07fDx4uziq7Pi-uLypfO48La2qK-5svHx4r0.3b8nb1al6jsg1',
  'a PUT that has been polled':
    'armop2.pN-Gy4aehszQ0NTXnouLycXKxcPBycHK0IrF3tHWwYrHy8mGiIbJhp6G9PHwhoiG0YaehovX0cbXx9bN1NDNy8rXi6XXpovWwdfL0dbHwePWy9HU14vXzMvUi9TWy9LNwMHW14vpzcfWy9fLwtCK58XHzMGL1sHAzdeLx8XW0JvF1M2J0sHW183LypmWlJaRiZSQiZSVhoiGwoaelpSViIbQhp6Vk5KTlpaRkpSUlJSUiIbKhp6WiIbWhp6WlJSUlIiG1Iae0NbRwYiG04aehvbRysrNysOGiIbShp6G19DF0NHXidHWyIaIhsOGnoaL19HG18fWzdTQzcvK14ul16aL1NbL0s3AwdbXi-nNx9bL18vC0IrnxcfMwYvIy8fF0M3LyteL08HX0MHR1svUwYvL1MHWxdDNy8r30MXQ0dfB14uTm8XUzYnSwdbXzcvKmZaUlpGJlJCJlJWGiIbBhp7Q1tHBiIbNhp6GlMKcxZXHlpaJkcaVwYmQxpzBiZ3AkcGJlMeSxZPAlsKVwZfGhoiG1YaehtPB19DB0dbL1MGelpSWkpSVlJXwlJSUlJSU_p6VhoiGz9eGnoaWwZfclNLSzMvd1pWVhtk.322xgb073j1ap',
  'a POST by its signed Operation-Location, beside a regional Location':
    'armop2.dwxVGFVNVR8DAwcETVhYGhYZFhASGhIZA1kWDQIFElkUGBpVW1UaVU1VJzgkI1VbVQJVTVVYBAIVBBQFHgcDHhgZBFh2BHVYBRIEGAIFFBIwBRgCBwRYBB8YB1gHBRgBHhMSBQRYOh4UBRgEGBEDWTQWFB8SWAUSEx4EWBQWBQNYBRIEAxYFA0gWBx5aARIFBB4YGUpFR0VCWkdDWkdGVVtVEVVNRUdFW1UDVU1GQEFARUVCQUdHR0dHW1UbVU1VHwMDBwRNWFgAEgQDEgIFGAcSWRoWGRYQEhoSGQNZFg0CBRJZFBgaWAQCFQQUBR4HAx4YGQRYdgR1WAcFGAEeExIFBFg6HhQFGAQYEQNZNBYUHxJYGAcSBRYDHhgZJRIEAhsDBFhPSBYHHloBEgUEHhgZSkVHRUJaR0NaR0ZVW1UBVU1VBAMWAwIEWgIFG1VbVRBVTVVYBAIVBBQFHgcDHhgZBFh2BEJCR0YUEkdHRHVYBwUYAR4TEgUEWDoeFAUYBBgRA1k0FhQfElgYBxIFFgMeGBkkAxYDAgQSBFhPSBYHHloBEgUEHhgZSkVHRUJaR0NaR0ZRA0pBRE5HRU9FRUNHR0dHR0dHR0dRFEo6Pj4JDygOUQRKUkUxdgR1UkUxdgN1UR9KBlooRlJEM1VbVR9VTVUYBxIFFgMeGBlaGxgUFgMeGBlVW1UPVU1VGxgUFgMeGBlVW1UcBFVNVUUSRA9HAQEfGA4FRkZVW1UcA1VNVUYUEQQdGAQDRQMCFAZVCg.07sh82eenscue',
  'a PATCH by its Location':
    'armop2.le63-revt_3h4eXmr7q6-PT79PLw-PD74bv07-Dn8Lv2-vi3ubf4t6-3xdTB1t23ubfgt6-3uubg9-b25_zl4fz6--a6lOaXuufw5vrg5_bw0uf64OXmuub9-uW65ef64_zx8Ofmutj89uf65vrz4bvW9Pb98Lrn8PH85rr29OfhqvTl_Ljj8Ofm_Pr7qKelp6C4paG4paS3ubfzt6-npae5t-G3r6Sio6Knp6CjpaWlpaW5t_m3r7eot7m347evt_n69vTh_Pr7uODn-be5t_K3r7e65uD35vbn_OXh_Pr75rqU5pe65ef64_zx8Ofmutj89uf65vrz4bvW9Pb98Lr5-vb04fz6--a64vDm4fDg5_rl8Lr65fDn9OH8-vvH8Obg-eHmuqKq9OX8uOPw5-b8-vuop6WnoLilobilpLe5t_7mt6-3p_Cm7aXj4_367OekpLfo.3nvyms3iw066g',
  'a POST whose first answer may stand':
    'armop2.P0QdUB0FHVdLS09MBRAQUl5RXlhaUlpRSxFeRUpNWhFcUFIdEx1SHQUdb3Bsax0THUodBR0QTEpdTFxNVk9LVlBRTBA-TD0QTVpMUEpNXFp4TVBKT0wQTFdQTxBPTVBJVltaTUwQclZcTVBMUFlLEXxeXFdaEE1aW1ZMEFxeTUsQTVpMS15NSwBeT1YSSVpNTFZQUQINDw0KEg8LEg8OHRMdWR0FDQ8PEx1LHQUOCAkIDQ0KCQ8PDw8PEx1THQUdAh0THUkdBR1TUFxeS1ZQURJKTVMdEx1YHQUdEExKXUxcTVZPS1ZQUUwQPkw9EE9NUElWW1pNTBByVlxNUExQWUsRfF5cV1oQU1BcXktWUFFMEEhaTEtaSk1QT1oQUE9aTV5LVlBRbVpMSlNLTBAIAF5PVhJJWk1MVlBRAg0PDQoSDwsSDw4dEx1eHQUNDw8THVRMHQUdDVoMRw9JSVdQRk0ODh1C.2oxuzsfwldojb',
  'a PUT whose first answer said Succeeded':
    'armop2.xb7nquf_562xsbW2_-rqqKSrpKKgqKCrseukv7C3oOumqqjn6eeo5__nlZCR5-nnsOf_5-q2sKe2prestbGsqqu26sS2x-q3oLaqsLemoIK3qrC1tuq2raq16rW3qrOsoaC3tuqIrKa3qraqo7HrhqSmraDqt6ChrLbqpqS3sfqktazos6C3tqyqq_j39ffw6PXx6PX05-nno-f_9_X16eex5__08vPy9_fw8_X19fX16eey5__nlrCmpqCgoaCh5-nns-f_57axpLGwtuiwt6nn6eei5__n6rawp7amt6y1sayqq7bqxLbH6rW3qrOsoaC3tuqIrKa3qraqo7HrhqSmraDqqaqmpLGsqqu26rKgtrGgsLeqtaDqqrWgt6SxrKqrlrGksbC2oLbq8vqktazos6C3tqyqq_j39ffw6PXx6PX05-nnpOf_9_X16eeutuf_5_eg9r31s7Otqry39PTnuA.0ah9pzkrs2m05',
  'a PUT by the resource':
    'armop2.AnkgbSA4IGp2dnJxOC0tb2NsY2Vnb2dsdixjeHdwZyxhbW8gLiBvIDggUldWIC4gdyA4IC1xd2BxYXBrcnZrbWxxLQNxAC1wZ3Ftd3BhZ0VwbXdycS1xam1yLXJwbXRrZmdwcS1Pa2FwbXFtZHYsQWNhamctcGdma3EtYWNwdj1jcmsvdGdwcWttbD8wMjA3LzI2LzIzIC4gZCA4MDIzLiB2IDgzNTQ1MDA3NDIyMjIyLiByIDh2cHdnLiB1IDggQXBnY3ZrbGUgLiB0IDggcGdxbXdwYWcgLiBpcSA4IDBnMXoydHRqbXtwMzMgfw.2gt6wd17t0fly',
  'a PUT whose status URL was given up for the resource':
    'armop2._Ifek97G3pSIiIyPxtPTkZ2SnZuZkZmSiNKdhomOmdKfk5He0N6R3sberKmo3tDeid7G3tOPiZ6Pn46VjIiVk5KP0_2P_tOOmY-TiY6fmbuOk4mMj9OPlJOM04yOk4qVmJmOj9OxlZ-Ok4-TmojSv52flJnTjpmYlY_Tn52OiMOdjJXRipmOj5WTksHOzM7J0czI0czN3tDemt7GzszN0N6I3sbNy8rLzs7JyszMzMzM0N6S3sbO0N6M3saIjomZ0N6e3saIjomZ0N6L3sbeqYyYnYiVkpve0N6K3sbejpmPk4mOn5ne0N6Z3saIjomZ0N6Xj97G3s6Zz4TMioqUk4WOzc3egQ.0dojqh2jt3r6b',
  'a DELETE by the absence of the resource':
    'armop2.ssmQ3ZCIkNrGxsLBiJ2d39Pc09XX39fcxpzTyMfA15zR3d-QnpDfkIiQ9vf-9-b3kJ6Qx5CIkJ3Bx9DB0cDbwsbb3dzBnbPBsJ3A18Hdx8DR1_XA3cfCwZ3B2t3CncLA3cTb1tfAwZ3_29HA3cHd1Mac8dPR2tedwNfW28Gd0dPAxo3TwtufxNfAwdvd3I-AgoCHn4KGn4KDkJ6Q1JCIgIKAnpDGkIiDhYSFgICHhIKCgoKCnpDEkIiQ09DB19zR15CekNnBkIiQgNeByoLExNrdy8CDg5DP.1jll6qt4yafc5',
  'a DELETE whose monitor was not found while the resource was there':
    'armop2.OEMaVxoCGlBMTEhLAhcXVVlWWV9dVV1WTBZZQk1KXRZbV1UaFBpVGgIafH10fWx9GhQaTRoCGhdLTVpLW0pRSExRV1ZLFzlLOhdKXUtXTUpbXX9KV01ISxdLUFdIF0hKV05RXF1KSxd1UVtKV0tXXkwWe1lbUF0XSl1cUUsXW1lKTAdZSFEVTl1KS1FXVgUKCAoNFQgMFQgJGhQaXhoCCggKFBpMGgIJDw4PCgoNDggICAgIFBpWGgIMFBpUGgIaBRoUGk4aAhpUV1tZTFFXVhVNSlQaFBpfGgIaF0tNWktbSlFITFFXVksXOUs6F0hKV05RXF1KSxd1UVtKV0tXXkwWe1lbUF0XVFdbWUxRV1ZLF09dS0xdTUpXSF0XV0hdSllMUVdWal1LTVRMSxcPB1lIURVOXUpLUVdWBQoICg0VCAwVCAkaFBpdGgJMSk1dFBpcGgIJFBpTSxoCGgpdC0AITk5QV0FKCQkaRQ.19quasrtsh90r',
  'a confirmation of an answer whose monitor is missing':
    'armop2.KlEIRQgQCEJeXlpZEAUFR0tES01PR09EXgRLUF9YTwRJRUcIBghHCBAIen9-CAYIXwgQCAVZX0hZSVhDWl5DRURZBStZKAVYT1lFX1hJT21YRV9aWQVZQkVaBVpYRVxDTk9YWQVnQ0lYRVlFTF4EaUtJQk8FWE9OQ1kFSUtYXhVLWkMHXE9YWUNFRBcYGhgfBxoeBxobCAYITAgQGBoaBgheCBAbHRwdGBgfHBoaGhoaBghECBAbBghdCBAIeV9JSU9PTk9OCAYIXAgQCElFRExDWEdDRE0IBghLCBAYGhoGCEFZCBAIGE8ZUhpcXEJFU1gbGwhX.25tbpam863qfp',
  'a confirmation beside a monitor on another host':
    'armop2.IFsCTwIaAkhUVFBTGg8PTUFOQUdFTUVOVA5BWlVSRQ5DT00CDAJNAhoCcHV0AgwCVQIaAg9TVUJTQ1JJUFRJT05TDyFTIg9SRVNPVVJDRWdST1VQUw9TSE9QD1BST1ZJREVSUw9tSUNST1NPRlQOY0FDSEUPUkVESVMPQ0FSVB9BUEkNVkVSU0lPTh0SEBIVDRAUDRARAgwCRgIaEhAQDAJUAhoRFxYXEhIVFhAQEBAQDAJXAhoCc1VDQ0VFREVEAgwCVgIaAkNPTkZJUk1JTkcCDAJNRgIaVFJVRQwCQQIaEhAQDAJLUwIaAhJFE1gQVlZIT1lSERECXQ.27u0srnbujqhv',
  'a wait for a condition':
    'armop2.oNuCz4KagsjU1NDTmo-PzcHOwcfFzcXO1I7B2tXSxY7Dz82CjILNgpqC8PX0goyC1YKago_T1cLTw9LJ0NTJz87Tj6HToo_SxdPP1dLDxefSz9XQ04_TyM_Qj9DSz9bJxMXS04_tycPSz9PPxtSO48HDyMWP0sXEydOPw8HS1J_B0MmN1sXS08nPzp2SkJKVjZCUjZCRgoyCxoKakpCQjILUgpqRl5aXkpKVlpCQkJCQjILWgpqCw8_OxMnUyc_OgoyCx4Kago_T1cLTw9LJ0NTJz87Tj6HToo_SxdPP1dLDxefSz9XQ04_TyM_Qj9DSz9bJxMXS04_tycPSz9PPxtSO48HDyMWP0sXEydOPw8HS1J_B0MmN1sXS08nPzp2SkJKVjZCUjZCRgoyC19WCmoLQ0s_QxdLUycXTjszJzsvFxPPF0tbF0tP7kP2AgZ2AztXMzICGhoDOwc3FgJ2dgIfDwdLUh4KMgsvTgpqCksWT2JDW1sjP2dKRkYLd.1rgjoaw9iwxef',
  'a wait for a condition at another URL, by an operation that took its time':
    'armop2.36T9sP3l_berq6-s5fDwsr6xvri6srqxq_G-paqtuvG8sLL98_2y_eX9j5CMi_3z_ar95f3wrKq9rLyttq-rtrCxrPDerN3wrbqssKqtvLqYrbCqr6zwrLewr_CvrbCptru6razwkra8rbCssLmr8Zy-vLe68K26u7as8Ly-ravwrbqsq76tq-C-r7byqbqtrLawseLt7-3q8u_r8u_u_fP9uf3l7e_t8_2r_eXu6Ono7e3q6e_v7-_v8_2x_eXt8_2p_eX9vLCxu7artrCx_fP9uP3l_fCsqr2svK22r6u2sLGs8N6s3fCtuqywqq28upitsKqvrPCst7Cv8K-tsKm2u7qtrPCStrytsKywuavxnL68t7rwrbq7tqzwvL6tq_C5tq26qL6zs42qs7qs8Kfgvq-28qm6ray2sLHi7e_t6vLv6_Lv7v3z_aiq_eX9r62wr7qtq7a6rPGtur67pv3z_aiz_eX98Lm2rbqovrOzjaqzuqzwp_3z_bm2_eX9r62wr7qtq7a6rPGsq76ruv_i4v_4na2wtLqx_y9AR1_4_fP9tKz95f3tuuyn76mpt7Cmre7u_aI.0jgoap50spam9',
  'conditions and state words of its own':
    'armop2.muG49biguPLu7urpoLW19_v0-_3_9__07rT74O_o_7T59fe4trj3uKC4ys_OuLa477iguLXp7_jp-ejz6u7z9fTptZvpmLXo_-n17-j5_93o9e_q6bXp8vXqtero9ezz_v_o6bXX8_no9en1_O602fv58v-16P_-8-m1-fvo7qX76vO37P_o6fP19Keoqqivt6qut6qruLa4_LigqKqrtrjuuKCrraytqKivrKqqqqqqtrjquKDu6O__trjtuKC4yuj17PPp8_X08_T9uLa47LiguOnu--7v6bfv6Pa4trj9uKC4tenv-On56PPq7vP19Om1m-mYtero9ezz_v_o6bXX8_no9en1_O602fv58v-19vX5--7z9fTpte3_6e7_7-j16v-19er_6Pvu8_X0ye777u_p_-m1raX76vO37P_o6fP19Keoqqivt6qut6qruLa44riguPXo8_3z9Pv2t-_o87i2uOO4oMG4yP_7_uO4trjV9Pbz9P-4x7a44LigwbjY6PXx__S4x7a47e-4oLj7uLa4_PO4oLj4uLa48em4oLio_6niquzs8vXj6KuruOc.02zvm22g9yvh6',
  'no subscription in the URL, and none given':
    'armop2.RT5nKmd_Zy0xMTU2f2pqKCQrJCIgKCArMWskPzA3IGsmKihnaWcoZ39nFRARZ2lnMGd_Z2o1NyozLCEgNzZqCCwmNyo2KiMxawgkKyQiICggKzFqKCQrJCIgKCArMQI3KjA1Nmo2LSo1eiQ1LGgzIDc2LCoreHd1d3BodXFodXRnaWcjZ393dXdpZzFnf3Ryc3J3d3BzdXV1dXVpZylnf2d4Z2lnM2d_ZykqJiQxLCoraDA3KWdpZyJnf2dqNTcqMywhIDc2aggsJjcqNiojMWsIJCskIiAoICsxaio1IDckMSwqKxcgNjApMTZqJjcgJDEgaigkKyQiICggKzECNyowNTZqNi0qNXokNSxoMyA3NiwqK3h3dXdwaHVxaHV0Zzg.399bnqq2m9wpc',
  'no subscription in the URL, one given and met in the polling URL':
    'armop2.ZB9GC0ZeRgwQEBQXXktLCQUKBQMBCQEKEEoFHhEWAUoHCwlGSEYJRl5GNDEwRkhGEUZeRksUFgsSDQABFhdLKQ0HFgsXCwIQSikFCgUDAQkBChBLCQUKBQMBCQEKECMWCxEUF0sXDAsUWwUUDUkSARYXDQsKWVZUVlFJVFBJVFVGSEYCRl5WVFZIRhBGXlVTUlNWVlFSVFRUVFRIRghGXkZZRkhGEkZeRggLBwUQDQsKSREWCEZIRgNGXkZLFBYLEg0AARYXSykNBxYLFwsCEEopBQoFAwEJAQoQSwsUARYFEA0LCjYBFxEIEBdLZRdmWwUUDUkSARYXDQsKWVZUVlFJVFBJVFVCEAEKBQoQWWUQVldVVAdSUVwHZkZIRg8XRl5GVgFXHFQSEgwLHRZVVUZIRg8QRl5GVQcCFw4LFxBWEBEHFUYZ.2hc7k8d4aju8r',
  'an endpoint of its own':
    'armop2.9I_Wm9bO1pyAgISHztvblYaZ2oeAlZef2pGMlZmEmJHOzMDAx9bY1pnWztakoaDW2NaB1s7W24eBloeXhp2EgJ2bmofb9Yf224aRh5uBhpeRs4abgYSH24ecm4TbhIabgp2QkYaH27mdl4abh5uSgNq3lZeckduGkZCdh9uXlYaAy5WEndmCkYaHnZuaycbExsHZxMDZxMXW2NaS1s7GxMXY1oDWzsXDwsPGxsHCxMTExMTY1oTWzoCGgZHY1oPWzta1l5eRhICRkNbY1oLWztaHgJWAgYfZgYaY1tjWk9bO1tuHgZaHl4adhICdm5qH2_WH9tubhJGGlYCdm5qH28PLlYSd2YKRhoedm5rJxsTGwdnEwNnExdbY1p-H1s7WxpHHjMSCgpybjYbFxdaJ.2sdxjsel6agpu',
  'a read that runs on':
    'armop2.BX4naic_J21xcXV2PyoqaGRrZGJgaGBrcStkf3B3YCtmamgnKSdoJz8nQkBRJykncCc_Jyp2cGd2ZndsdXFsamt2KgR2Byp3YHZqcHdmYEJ3anB1dip2bWp1KnV3anNsYWB3dipIbGZ3anZqY3ErRmRmbWAqd2BhbHYqZmR3cTpkdWwoc2B3dmxqazg3NTcwKDUxKDU0JyknYyc_NzU3KSdxJz80MjMyNzcwMzU1NTU1KSdpJz8nOCcpJ3MnPydpamZkcWxqayhwd2knKSdiJz8nKnZwZ3Zmd2x1cWxqa3YqBHYHKnV3anNsYWB3dipIbGZ3anZqY3ErRmRmbWAqaWpmZHFsamt2KnJgdnFgcHdqdWAqanVgd2RxbGprV2B2cGlxdioyOmR1bChzYHd2bGprODc1NzAoNTEoNTQnKSdudic_JzdgNn01c3Ntanx3NDQneA.0v9mdwwuceasg'
}

export const FORMAT_2: readonly WrittenHandle[] = [
  ...FORMAT_1.map((row) => ({ ...row, text: AS_BEFORE[row.name] ?? '' })),
  {
    name: 'a deployment by its status URL, with its identity',
    text: 'armop2.JV4HSgcfB01RUVVWHwoKSERLREJASEBLUQtEX1BXQAtGSkgHCQdIBx8HdXBxBwkHUAcfBwpWUEdWRldMVVFMSktWCiRWJwpXQFZKUFdGQGJXSlBVVgpWTUpVClVXSlNMQUBXVgpoTEZXSlZKQ1ELd0BWSlBXRkBWCkFAVUlKXEhAS1FWClJARxpEVUwIU0BXVkxKSxgXFRcQCBURCBUUBwkHQwcfFxUUCQdRBx8UEhMSFxcQExUVFRUVCQdVBx9RV1BACQdSBx8HZEZGQFVRQEEHCQdTBx8HVlFEUVBWCFBXSQcJB0IHHwcKVlBHVkZXTFVRTEpLVgokVicKVVdKU0xBQFdWCmhMRldKVkpDUQtmREZNQApJSkZEUUxKS1YKUkBWUUBQV0pVQApKVUBXRFFMSkt2UURRUFZAVgoSGkRVTAhTQFdWTEpLGBcVFxAIFREIFRQHCQdGBx8HFUMdRBRGFxcIEEcUQAgRRx1ACBxBEEAIFUYTRBJBF0MUQBZHBwkHRlEHHxQSExIXFxATFRQVFRUJB05WBx8HF0AWXRVTU01KXFcUFAdY.2ccratghlm2du',
    ids: SUBSCRIPTION,
    handle: handle(
      running(
        facts({ method: 'PUT', url: DEPLOYMENT }, 201, {
          sawProgress: true,
          lastStatus: 'Accepted',
          identity: '0f8a1c22-5b1e-4b8e-9d5e-0c6a7d2f1e3b',
          deployedAtMs: Date.UTC(2026, 0, 1, 0, 0, 1)
        }),
        { via: 'status-url', url: STATUS, header: 'azure-async-operation' }
      )
    ),
    next: { answer: operationStatus('Running'), state: 'running' }
  },
  {
    name: 'a PUT by the resource, with the states that it was seen in',
    text: 'armop2.jfav4q-3r-X5-f3-t6Ki4Ozj7Oro4Ojj-aPs9_j_6KPu4uCvoa_gr7ev3djZr6Gv-K-3r6L--O_-7v_k_fnk4uP-ooz-j6L_6P7i-P_u6Mr_4vj9_qL-5eL9ov3_4vvk6ej__qLA5O7_4v7i6_mjzuzu5eii_-jp5P6i7uz_-bLs_eSg--j__uTi47C_vb-4oL25oL28r6Gv66-3v729oa_5r7e8uru6v7-4u729vb29oa_jr7e-oa_9r7f5__jooa_6r7evwU4p-Ov5r6Gv-6-3r__o_uL4_-7or6Gv6K-3-f_46KGv_q-31q_Y_ens-eTj6q-hr8FOKfjr-a19EhUNr9Chr-b-r7evv-i-9b37--Xi9P-8vK_w.2qodcseutn58q',
    ids: SUBSCRIPTION,
    handle: handle(
      running(
        facts({ method: 'PUT', url: CACHE }, 200, {
          pollCount: 3,
          sawProgress: true,
          lastStatus: 'Läuft',
          resourceWords: ['Updating', 'Läuft 😀']
        }),
        { via: 'resource', url: CACHE, everReadable: true }
      )
    ),
    next: { answer: resource(200, 'Succeeded'), state: 'succeeded' }
  },
  {
    name: 'a confirmation of a deployment, with the states of its resource',
    text: 'armop2.meK79ruju_Ht7enqo7a29Pj3-P789Pz37bf44-zr_Lf69vS7tbv0u6O7yczNu7W77Luju7bq7Pvq-uvw6e3w9vfqtpjqm7br_Or27Ov6_N7r9uzp6rbq8fbptunr9u_w_fzr6rbU8Prr9ur2_-23y_zq9uzr-vzqtv386fX24PT89-3qtu78-6b46fC07_zr6vD296SrqaustKmttKmou7W7_7ujq6mptbvtu6Oorq-uq6usr6mpqamptbv3u6Ootbvvu6O7-vb3__Dr9PD3_ru1u_i7o6upqbW7-ruju_D9tPb_tPi06u34-vK7tbvqu6PCu9rr_Pjt8Pf-u8S1u_Lqu6O7q_yq4anv7_H24OuoqLvk.2nhgfx3i97o67',
    ids: SUBSCRIPTION,
    handle: handle({
      state: 'confirming',
      url: DEPLOYMENT,
      wait: { kind: 'none' },
      attempts: 0,
      isMonitorForeign: false,
      provisionalAnswer: empty(200),
      facts: facts({ method: 'PUT', url: DEPLOYMENT }, 200, {
        pollCount: 1,
        identity: 'id-of-a-stack',
        resourceWords: ['Creating']
      })
    }),
    next: { answer: resource(200, 'Failed'), state: 'failed' }
  },
  {
    name: 'a wait for a condition, by a deployment',
    text: 'armop2.Nk0UWRQMFF5CQkZFDBkZW1dYV1FTW1NYQhhXTENEUxhVWVsUGhRbFAwUZmNiFBoUQxQMFBlFQ1RFVURfRkJfWVhFGTdFNBlEU0VZQ0RVU3FEWUNGRRlFXllGGUZEWUBfUlNERRl7X1VEWUVZUEIYZFNFWUNEVVNFGVJTRlpZT1tTWEJFGUFTVAlXRl8bQFNERV9ZWAsEBgQDGwYCGwYHFBoUUBQMBAYHGhRCFAwHAQABBAQDAAYGBgYGGhRAFAwUVVlYUl9CX1lYFBoUURQMFBlFQ1RFVURfRkJfWVhFGTdFNBlEU0VZQ0RVU3FEWUNGRRlFXllGGUZEWUBfUlNERRl7X1VEWUVZUEIYdVdVXlMZRFNSX0UZVVdEQglXRl8bQFNERV9ZWAsEBgQDGwYCGwYHFBoUVRQMFAZQDlcHVQQEGwNUB1MbAlQOUxsPUgNTGwZVAFcBUgRQB1MFVBQaFEFDFAwURkRZRlNEQl9TRRhEU1dSTxQaFEFaFAwUTV9SSxQaFF1FFAwUBFMFTgZAQF5ZT0QHBxRL.0o4o5yp6lh1fg',
    ids: SUBSCRIPTION,
    handle: handle(
      {
        state: 'awaiting-condition',
        url: CACHE,
        facts: facts({ method: 'PUT', url: DEPLOYMENT }, 201, {
          identity: '0f8a1c22-5b1e-4b8e-9d5e-0c6a7d2f1e3b'
        })
      },
      { conditions: { waitUntil: 'properties.ready', waitUntilUrl: '{id}' } }
    )
  },
  {
    name: 'a PUT that was over: it had succeeded, and its condition held',
    text: 'armop2.qtGIxYiQiMLe3trZkIWFx8vEy83Px8_E3oTL0N_Yz4TJxceIhojHiJCI-v_-iIaI34iQiIXZ38jZydjD2t7DxcTZhavZqIXYz9nF39jJz-3Yxd_a2YXZwsXahdrYxdzDzs_Y2YXnw8nYxdnFzN6E6cvJws-F2M_Ow9mFycvY3pXL2sOH3M_Y2cPFxJeYmpifh5qeh5qbiIaIzIiQmJqbhojeiJCbnZydmJifnJqampqahojciJCI2M_Zxd_Yyc-IhojdiJCI-d_Jyc_Pzs_OiIaIwYiQiNnfycnPz87PzoiGiMOIkIiazJLLm8mYmIefyJvPh57Iks-Hk86fz4eayZzLnc6YzJvPmciIhojMw4iQiNrYxdrP2N7Dz9mE2d7L3s-Kl5eKjejYxcHPxI2IhojB2YiQiJjPmdKa3NzCxdPYm5uI1w.0hmdr6wtcxhsr',
    ids: SUBSCRIPTION,
    handle: handle(
      {
        state: 'over',
        facts: facts({ method: 'PUT', url: CACHE }, 201, { lastStatus: 'Succeeded' }),
        end: 'succeeded'
      },
      {
        correlationId: '0f8a1c22-5b1e-4b8e-9d5e-0c6a7d2f1e3b',
        conditions: { failIf: "properties.state == 'Broken'" }
      }
    )
  },
  {
    name: 'a POST that was over: it had failed',
    text: 'armop2.ssmQ3ZCIkNrGxsLBiJ2d39Pc09XX39fcxpzTyMfA15zR3d-QnpDfkIiQ4v3h5pCekMeQiJCdwcfQwdHA28LG293cwZ2zwbCdwNfB3cfA0df1wN3HwsGdwdrdwp3CwN3E29bXwMGd_9vRwN3B3dTGnPHT0drXncDX1tvBndHTwMadwNfBxtPAxo3TwtufxNfAwdvd3I-AgoCHn4KGn4KDkJ6Q1JCIgIKCnpDGkIiDhYSFgICHhIKCgoKCnpDEkIiQwNfB3cfA0deQnpDFkIiQ9NPb3tfWkJ6Q2ZCIkNTT297X1pCekNfRkIiQ_9vRwN3B3dTGnPHT0drX7eDXwcbTwMaf9NPb3tfWkJ6Q2cGQiJCA14HKgsTE2t3LwIODkM8.3ivryemgdmoyw',
    ids: SUBSCRIPTION,
    handle: handle({
      state: 'over',
      facts: facts({ method: 'POST', url: RESTART }, 200, { lastStatus: 'Failed' }),
      end: 'failed',
      errorCode: 'Microsoft.Cache_Restart-Failed'
    })
  },
  {
    name: 'a DELETE that was over: it had been canceled',
    text: 'armop2.1K_2u_bu9rygoKSn7vv7ubW6tbOxubG6oPq1rqGmsfq3u7n2-Pa59u72kJGYkYCR9vj2ofbu9vunobant6a9pKC9u7qn-9Wn1vumsae7oaa3sZOmu6Gkp_unvLuk-6Smu6K9sLGmp_uZvbemu6e7sqD6l7W3vLH7prGwvaf7t7WmoOu1pL35orGmp727uunm5Obh-eTg-eTl9vj2svbu5uTk-Pag9u7l4-Lj5ubh4uTk5OTk-Pai9u72prGnu6Gmt7H2-Pa_9u72t7W6t7G4sbD2-Pa_p_bu9uax56zkoqK8u62m5eX2qQ.2p6a7b67v4zv7',
    ids: SUBSCRIPTION,
    handle: handle({
      state: 'over',
      facts: facts({ method: 'DELETE', url: CACHE }, 200),
      end: 'canceled'
    })
  },
  {
    name: 'a POST that was over: fail-if was true for its result',
    text: 'armop2.jfav4q-3r-X5-f3-t6Ki4Ozj7Oro4Ojj-aPs9_j_6KPu4uCvoa_gr7ev3cLe2a-hr_ivt6-i_vjv_u7_5P355OLj_qKM_o-i_-j-4vj_7ujK_-L4_f6i_uXi_aL9_-L75Ono__6iwOTu_-L-4uv5o87s7uXoov_o6eT-ou7s__mi_-j--ez_-bLs_eSg--j__uTi47C_vb-4oL25oL28r6Gv66-3v729oa_5r7e8uru6v7-4u729vb29oa_7r7ev_-j-4vj_7uivoa_mr7ev6-zk4aDk66-hr-vkr7ev6PXk-c7i6eitrLCt7b3tr6Gv5v6vt6-_6L71vfv75eL0_7y8r_A.014dv5zfsywxd',
    ids: SUBSCRIPTION,
    handle: handle(
      { state: 'over', facts: facts({ method: 'POST', url: RESTART }, 200), end: 'fail-if' },
      { conditions: { failIf: 'exitCode != `0`' } }
    )
  },
  {
    name: 'a PUT that was over: fail-if could not be evaluated',
    text: 'armop2.keqz_rOrs_nl5eHiq76-_PD_8Pb0_PT_5b_w6-Tj9L_y_vyzvbP8s6uzwcTFs72z5LOrs77i5PPi8uP44eX4_v_ivpDik77j9OL-5OPy9Nbj_uTh4r7i-f7hvuHj_uf49fTj4r7c-PLj_uL-9-W_0vDy-fS-4_T1-OK-8vDj5a7w4fi85_Tj4vj-_6yjoaOkvKGlvKGgs72z97Oro6GhvbPls6ugpqemo6Okp6GhoaGhvbPns6uz4_Ti_uTj8vSzvbP6s6uz5P_75PX29PWzvbP3-LOrs_L-_-Xw-P_iueHj_uH04-X49OK__f724r2xtuHw__jytrizvbP64rOrs6P0oumh5-f5_ujjoKCz7A.0206rccdsv597',
    ids: SUBSCRIPTION,
    handle: handle(
      { state: 'over', facts: facts({ method: 'PUT', url: CACHE }, 200), end: 'unjudged' },
      { conditions: { failIf: "contains(properties.logs, 'panic')" } }
    )
  }
]
