/**
 * Handles in format 3, letter by letter as releases have written them, and what they say. A row is never changed, and
 * no text in it is ever written anew: somebody's later step may hold one like it. A new format gets a file of its own.
 */
import { operationStatus } from '../conversation.ts'
import { FORMAT_2 } from './format-2.ts'
import {
  CACHE,
  facts,
  handle,
  RESULT,
  running,
  STATUS,
  SUBSCRIPTION,
  type WrittenHandle
} from './written-handle.ts'

/** What format 2 can say, as format 3 says it, by the name of its row. */
const AS_BEFORE: Readonly<Record<string, string>> = {
  'a PUT by its Azure-AsyncOperation':
    'armop3.o2miFSCiBdDLzNMyo3srpaDAwtHXLaIjk5eOJaLbkiCi25WUkZGWlZOTk5OTJaLeKKFvJKBnG6LZIaMBJaLcM6fUJqLUlDWjYyKixFygek5ScVhCAIlWkoHe.1x1spoydmy5o0',
  'a PUT that has been polled':
    'armop3.iUOIPwqIL_rh5vkYiVEBj4rq6Pv9B4gJub2kD4jxuAqI8b--u7u8v7m5ubm5CIgKuwiICrsLiZkAi1tLiPYLiS4PiA0ZjfUMiPW-H4lMAIgKdoBYdpNcRD9yH3zyZ5J4ZjT-HjdYRxNkVBZcZFIKiC4PifkJi_S_ubi5uN0IiXe507MJidEIiE12ilBkeFtyaCqjfLir9A.30j7o7bsznwsf',
  'a POST by its signed Operation-Location, beside a regional Location':
    'armop3.KY8on6kr5rQonqoojlpBRlm4KfChLy1KqSoxqioJpyigGR0EpyioHx4bGxwfGRkZGRkFqCv6rSmQry03B7kp7YooXqspt6QoWBG_KbeLKMwcHBkYSkwZGRqIKV6sKP-9KVGoKMcQGRsRGxsdqCglqSktqyjXV1F2UA9aFAwbbyhaK6kpL10rD0EUWAR2GAwabQsFvyrPqS7drikmqCsP1irwxNj70siKA9ypKcSoKxrWKvzuxaeiBPPytVgLVA.3t2vunnb68wdd',
  'a PATCH by its Location':
    'armop3.Hbscq5wfx4AcpZ4ctW51cm2MHceVGxh-fG9pkxyfLSkwkxxnKyovLygrLS0tLS0xmB_RkB5dtBx5nx2Xmxx0jRl8mRxuKosdupwcTeIexPDsz-b8vjfoLD9g.1dzq9bfxiufne',
  'a POST whose first answer may stand':
    'armop3.f9l-yf99sOJ-yPx-2AwXEA_uf6b3eXsc_3xn_Hxf8X72T0tS-X7-T_x-_klITU1KSU9PT_9_bft9rPJ8ONZ-FP1_7fl-D-97F_t-BUjpf9j9fBH8fiCAfKaSjq2EntxVik5dAg.2u56zkknzima3',
  'a PUT whose first answer said Succeeded':
    'armop3.tH61Aje1Esfc28QltGw8srfX1cbAOrU0hICZMrXMhDe1zIKDhoaBgoSEhDS0pj62Ng613Da0JDK12SSw0TG10YMitBo2t9g3telLt21ZRWZPVReeQYWWyQ.06n2j6hvqawt1',
  'a PUT by the resource':
    'armop3.pmynECWnANXOydY3pn4uoKXFx9TSKKcmlpKLIKfelyWn3pCRlJSTkJaWlpaWLaRkIaUcL6WgJaZOWaV_S1d0XUcFjFOXhNs.0icowqsju7eal',
  'a PUT whose status URL was given up for the resource':
    'armop3.bKZt2u9tyh8EAxz9bLTkam8PDR4Y4m3sXFhB6m0UXe9tFFpbXl5ZWlxcXFxc7W3vXutupO9ug-5uvetv0uVveettYu1tbJNvtYGdvpeNz0aZXU4R.3ud1cj2a7bhp1',
  'a DELETE by the absence of the resource':
    'armop3.ftt_yP18mON_x_1_1w0WEQ7vfqX2eHgdHwwK8H_9TkpT8H8FSElMTEtITk5OTk78fyX6fVn9fqyBfaeTj6yFn91Ui09cAw.1p5e8lvhlh63m',
  'a DELETE whose monitor was not found while the resource was there':
    'armop3.bstv2O1siPNv1-1vxx0GAR7_brXmaGgNDxwa4G_tXlpD4G8VWFlcXFtYXl5eXl7vb-haQutsveNtKcdvBexu_uhvHv5qBupvFFn4bsPnbUjtbwiRbbeDn7yVj81Em19MEw.06ggdh9n61jui',
  'a confirmation of an answer whose monitor is missing':
    'armop3.BM4FsocFondsa3SVBNyMAgdnZXZwigWENDApggV8NIcFfDIzNjYxMjQ0NIQEFoYFh44GjIYFao0HKYYG-4cE9PsH3en11v_lpy7xNSZ5.07eerokq9mzz0',
  'a confirmation beside a monitor on another host':
    'armop3.KOIpnqspjltAR1i5KPCgLitLSVpcpimoGBwFrilQGKspUB4fGhodHhgYGKgoOqIqqqopQLkrDwSrKyurKNzXK_HF2frTyYsC3RkKVQ.2rj9bcd60zr9a',
  'a wait for a condition':
    'armop3.1B7VYlfVcqe8u6RF1Axc0te3taagWtVU5OD5UtWs5FfVrOLj5ubh4uTk5FTUxl7WKUHVgxrUR1jTQLi9ur-xsFfSjI_kifT16fS6obi49PLy9Lq1uVbTd1TUh_NQ1aMr1w05JQYvNXf-IeX2qQ.13le8ggzb6mbb',
  'a wait for a condition at another URL, by an operation that took its time':
    'armop3.zWvMe03PAlDMek7Mar6lor1czRRFy8muTc7VTs7tQ8xE_fngQ8xM-_r___j7_f39_f1MzEH_T8yqS87BWMyreM1sMs6z5xMMZKiLJJO-4rVbzWRByn6_qKyptE3N1U3OtkHNik3NFE3MVUrN_U3P4U_KGo-_oqaoo-2RuKn1_qmRuKmo_f3qScx3Ms4UIDwfNixu5zj877A.18102b95gucst',
  'conditions and state words of its own':
    'armop3.QYtA98JA5zIpLjHQQZnJR0IiIDM1z0DBcXVsx0A5cMJAOXd2c3N0d3FxcXFxykODykLl-UA1w0Hdx0A40UUwxEAwdtdB-8xGf23DRtETJCAlOGNtYw4vLSgvJGMcbcNG4AMzLiokL8FBTsBGtSDBQb3BQPMjxUDtvkKYrLCTuqDia7RwYzw.2v6gpscjz1cp0',
  'no subscription in the URL, and none given':
    'armop3.xnbHcFbGdF7CJrWuqbZIx6z28utIx6Tw8fT08_D29vb29upDxHJLxe5Fx4pdxk5Lx_-lRsUhQsD6ZcZmuw.2hbwe6ycuvuos',
  'no subscription in the URL, one given and met in the polling URL':
    'armop3.ohKjFDKiEDqmQtHKzdIso8iSlo8so8CUlZCQl5SSkpKSko4noBYvoYoho-45oiovo5uj0aAxoiWE1sfMw8zWn6PWkJGTksGUl5rBoCajjl2he09TcFlDAYhXIqISI6ObXaF3ZU4sKY94eT7TgN8.13oagb956y4c1',
  'an endpoint of its own':
    'armop3.kBqRJvHi_b7jEJTgvvXo8f3g_PWqqKSkoziRKBOROOP4_-ABkEoYlpXz8eLkHpESoKS9FpHqoROR6qanoqKlpqCgoKCgG5JUF5NXNJHiF5SbpwaQEBGRuW-TSX1hQmtxM7plobLt.1iwgv4bok7xn6',
  'a read that runs on':
    'armop3.MpczhHV3rTOEsTOUQVpdQqMy6ro0MVFTQEa8M7ICBh-8M0oEBQAABwQCAgICAh63MPi_MQybM1CwMri0M1WiNm22M0MFpDKVszN8zTHr38PgydORGMcDEE8.03mz4vjgeywn5',
  'a deployment by its status URL, with its identity':
    'armop3.J-0mkaQmgVRPSFeAJo1QQkWpJq4XEwqhJqYWpCamERAVFRIRFxcXFxesJeygJOmfJl6lIYOhJlm3I1GiJlEQsSeRpyQ22C722D3y6pHcsdJcyTzWyJpQsJn26b3K-rjyyvynJwyvJ_0Wpif9piaD2CT-ytb13MaEDdIWBVo.1esdur34l0kzx',
  'a PUT by the resource, with the states that it was seen in':
    'armop3.DsQPuI0PqH1mYX6fDtaGCA1tb3x6gA-OPjojiA92Po0Pdjg5PDw7OD4-Po4OHGAsND2FDMZCUns-Pms6e2h6jQ92iw0AiQ8Jjw37iQ3RiA47LlJ7ajY9alJ7ams-PixTjQ8q8Q3X4__c9e-tJPs_LHM.03aztdla43d8x',
  'a confirmation of a deployment, with the states of its resource':
    'armop3.0BrRZlPRdqO4v6B30XqntbJe0Vng5P1W0VHgU9FR5ufi4uXm4ODgUNDCUtFcXdP2UtIo_FHSRLm0_b-2_bH9o1DVlPL8UtMpVdM-jVPR3i_TCT0hAisxc_ol4fKt.10bqe5869gann',
  'a wait for a condition, by a deployment':
    'armop3.mVOYLxqYP-rx9uk-mDPu_PsXmBCprbQfmBioGpgYr66rq6yvqampqakbmPgfmp8MmPk9mQURnwb6-OvtD5kKGZt3ZpBIZoNMVC9iD2zid4JodiTuDidIVwN0RAZMdEK7tRSeUev8-P3gGZmBGZoJ4vD95B2YC2aaQHRoS2J4OrNsqLvk.378cnqcfto3aq',
  'a PUT that was over: it had succeeded, and its condition held':
    'armop3.qWOoHyqoD9rBxtk4qXEhr6rKyNvdJ6gpmZ2EL6jRmCqo0Z-em5ucn5mZmZmZK6jxLKtHK6thL6s4hSKuzSupV1ageFazfGQfUj9c0keyWEYU3j4XeGczRHQ2fERyKandKamFLq7cKagXK67A69vGwszHji2ollaqcERYe1JICoNcmIvU.1feseuy3oraia',
  'a POST that was over: it had failed':
    'armop3.TuhP-M5MgdNP-c1P6T0mIT7fTpfGSEotzk1WzU1uwE_HfnpjyE_Pfs1Pz3h5fHx7eH5-fs5OXMdMucxMnwjKST7ASTPFTsoRHMxON2PITn3OT1exTZejv5y1r-1ku39sMw.2mwv9ldpzk81b',
  'a DELETE that was over: it had been canceled':
    'armop3.3nvfaF3cOEPfZ13fd622sa5P3gVW2Ni9v6yqUN9d7urzWN-l7l3fpejp7Ozr6O7u7l7ezFfcL_JU2ZZd3jwh3QczLwwlP330K-_8ow.2bmp6ixnbfhnl',
  'a POST that was over: fail-if was true for its result':
    'armop3.asxr3Opopfdr3elrzRkCBRr7arPibG4J6mly6WlK5GvjWl5H7GvrWulr61xdWFhfXFpaWupqeONonUbjbSpG6G1jDxIDHikFDg9KS1dKCloK7mqUlWmzh5u4kYvJQJ9bSBc.1byfzvfns3c6a',
  'a PUT that was over: fail-if could not be evaluated':
    'armop3.oWugFyKgB9LJztEwoXkpp6LCwNPVL6AhkZWMJ6DZkSKg2ZeWk5OUl5GRkSGhsyijT40gppbUz8vUxcYgomogpqAipyPSiSam483OxtKNgYbRwM_IwoaIJaCoXqJ4TFBzWkACi1SQg9w.10np9uesdufes'
}

/** Query of a URL that is signed. */
const SIGNED =
  '&t=638990000000000000&c=MII7BjqyNdYseulLTwQ05rcbdmAZHLLSuBpY104PZCGpRM6LwWPILu4YczKIx9SsY22zpt6wE-8tN7aDIr4g7cRcwrTKIRqoYsyozWBY3RRHKwQY8cEuMV5meUdqfkIKQp6QQSQrn65W-tTm533-M8sY0cP8WD-YjPJe-fLZvg1EC7sW4QBV-foau87P9D8JPOt000-fyEDcNQpR17RvNPn_KIO5b8Bk-odKgKEyvaYL6_VO-8eAo1j9yuT7vX4StmtjA&s=7BjqyNdYseulLTwQ05rcbdmAZHLLSuBpY104PZCGpRM6LwWPILu4YczKIx9SsY22zpt6wE-8tN7aDIr4g7cRcw&h=NdYseulLTwQ05rcbdmAZHLLSuBpY104PZCGpRM6LwWP'

export const FORMAT_3: readonly WrittenHandle[] = [
  ...FORMAT_2.map((row) => ({ ...row, text: AS_BEFORE[row.name] ?? '' })),
  {
    name: 'a PUT by its signed status URL, beside a Location with the same signature',
    text: 'armop3.J-0mkaQmgVRPSFe2J_-vISRERlVTqSanFxMKqSZfERAVFRIRFxcXFxcLpiXthCZgpSdIoSZrtyNjoyZxELQnq6YmfB8eHqYnWaYnIhcXF6UmTNhnyz_N7_B_lsyCChs39L37Sv6nQ1XsbcdORHofGrehgjQdCCKoB5yfRuvtBDh1lqqR6bxd52ibk_n9K63fpJA2VC30D6NNhqwVhBKmRFN2O4s3ROAjn-JevsI6jt4vDi1dZiO3iVmefMx0vLrQ3-gLRGAo1kfZRRTuXMDsQd8SNwnLfKMmcMDPTcgcGPfbA9SK9GoZWAYkV_MOYHn2m_TA24UpwpgmtM06DSWj7dG_CIjyHMg5JapE0Ay0ydLfbf6KTWYBVBr1JiIBTxqAJ3OcJEmHJQCiJEzZJQ_ZJQ_ZJQ-SJQ-mI9jYJP7K1vXcxoQN0hYFWg.2d1vitkqkpeq9',
    ids: SUBSCRIPTION,
    handle: handle(
      running(facts({ method: 'PUT', url: CACHE }, 202, { locationUrl: RESULT + SIGNED }), {
        via: 'status-url',
        url: STATUS + SIGNED,
        header: 'azure-async-operation'
      })
    ),
    next: { answer: operationStatus('Running'), state: 'running' }
  }
]
