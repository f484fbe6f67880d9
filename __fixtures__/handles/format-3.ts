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
    'armop3.GssbeWlydWqLGtZZe3lyfzVof35zaTV5e2hulRt7LjcqK50bQ5sbSywtKCgvLCoqmxtWnBtMkxhvnRj-oht0mBq4nBtpnBl7lRt3LYwa2psbfeUZw_fryOH7uTDvKzhn.0wiiryo30r4pu',
  'a PUT that has been polled':
    'armop3.a7pqCBgDBBv6a6coCggDDkQZDg8CGEQIChkf5GoKX0ZbWuxqMupqOl1cWVleXVtb6monBUlRWepqN1npa3viaRDtaQ_Tahjpa8ztahPtaA3kahlc_Wuu7mrh62rolGK6lHG-pt2Q_Z4QhXCahNYc_NW6pfGGtvS-hrDoasztaxvraT1dW1pbWj_qa5VbMVHrazPqaq-UaLKGmrmQishBnlpJFg.2ymfegv8ro9vz',
  'a POST by its signed Operation-Location, beside a regional Location':
    'armop3.c9VyEPNwWNdyFwAbHAPic74wEhAbFlwBFhcaAFwQEgEH83NK83AN_HIZR15DQvdyEfdyKUVEQUFGRUND8nIm83EP93PK9XB7XeNzt9ByGPFz7f5yFUvlc-3RcqpGRkNCEBZDQ0DScwT2cr_ncwvycFtKQ0FLQUFH8nJ_83N38XBLDQssClUATlZBNXIAcfNzdQdxVRtOAl4sQlZAN-VwCV9RC_R3cPdxVYxwqp6CoYiS0FmG83Oe8nFAjHCmtJ_9-F6pqO8CUQ4.0r7a28exoqpfr',
  'a PATCH by its Location':
    'armop3.EbcQcpASI7UQdGJ5fmGAEd9ScHJ5dD5jdHV4Yj5ycGNlnhByJTwhIJUQSpUQQicmIyMkJyEhkBBflRNknBOmuBBJkxGblxBMlxJanxB5JocRtpAQQe4SyPzgw-rwsjvkIDNs.2djr6ajqnrpo7',
  'a POST whose first answer may stand':
    'armop3.5kDnhWblzULngpWOiZZ35iulh4WOg8mUg4KPlcmFh5SSZubfZuWYaeeM0svW12LnhNZl57zQ0dTU09DW1mfns2LkmmvkWE_nuWTmdGDngmDltGjnidFw5kFk5fZl57kZ5T8LFzQdB0XME9fEmw.20814fe9bkj4i',
  'a PUT whose first answer said Succeeded':
    'armop3.DN0Nb39kY3ydDMBPbW9kaSN-aWhlfyNvbX54gw1tOCE8PYgNVTyPDV06Oz4-OTo8PI0NQIYObrYNUI4MnIoNbYoPQ4MNVzuaDKKODwKPDVHzD9Xh_d737a8m-T0ucQ.00cfs7w9oosow',
  'a PUT by the resource':
    'armop3.EMERc2N4f2CBENxTcXN4dT9idXR5Yz9zcWJknxFxJD0gIZcRSZERQSYnIiIlJiAgkRFcmRJ7lxLKkBF0lRKnkxD47xPJ_eHC6_GzOuUhMm0.3ewnff7kacgbv',
  'a PUT whose status URL was given up for the resource':
    'armop3.Tp9PLT0mIT7fToINLy0mK2E8KyonPWEtLzw6wU8vemN-f8lPF89PH3h5fHx7eH5-z08CIGx0fMlMPyzGTDTJTJDOTz3LTIjJT1vPT06xTZejv5y1r-1ku39sMw.0yjefqkyftso7',
  'a DELETE by the absence of the resource':
    'armop3.AqcDYYEBOKYDZHFqbXKTAs1BY2FqZy1wZ2ZrcS1hY3B2jQNmNi8yM4YDXoYDVjQ1MDA3NDIyhwNNY2BxZ2xhZ4YC0P0B2-_z0PnjoSj3MyB_.0g19kllbwnfty',
  'a DELETE whose monitor was not found while the resource was there':
    'armop3.d9J2FPR0TdN2EQQfGAfmd7g0FhQfElgFEhMeBFgUFgUD-HYTQ1pHRvN2K_N2I0FARUVCQUdH9nY4GVVNQ1vydQv6dcnedij1d-fxdhPxdCX5dhhA4Xfa8nYCE_Z2jPZ2EYh0rpqGpYyW1F2CRlUK.11mfdn320m9ih',
  'a confirmation of an answer whose monitor is missing':
    'armop3._i__nY2WkY5v_jK9n52Wm9GMm5qXjdGdn4yKcf-fytPOz3r_p859_6_IyczMy8jOzn__snz_onT8lnz_nHn8XtJ9_F99_g4B_ScTDywFH13UC8_cgw.1cwrlv0027y1c',
  'a confirmation beside a monitor on another host':
    'armop3.kEGR8-P4_-ABkFzT8fP49b_i9fT547_z8eLkH5HxpL2goRSRyaATkcGmp6KipaagoBGR3BqS8hKRzBeSCryy_fYUkZESkjUTkGRvk0l9YUJrcTO6ZaGy7Q.2nlo0oanat726',
  'a wait for a condition':
    'armop3.PO09X09UU0ytPPB_XV9UWRNOWVhVTxNfXU5Isz1dCBEMDbg9ZQy_PW0KCw4OCQoMDLk9cLo-qak9d_I8r7A4RFBVUldZWLw4IVlOT2cMYRwdARxSSVBQHBoaHFJdUb44u7w8bxu4PUvDP-XRze7H3Z8WyQ0eQQ.2d39jgapx2x1r',
  'a wait for a condition at another URL, by an operation that took its time':
    'armop3.ed94Gvl6Ut14HQoRFgnoebQ6GBoRHFYLHB0QClYaGAsN-XlA-XoH9ngTTVRJSP14G_14I09OS0tMT0lJ-HgsF1tDS_t4Iv973ex4I8x52IZ6B1OnuNAcP5AnClYB73nQ9X3uCxwYHQD5eWH5el31eT75eaD5eOH-eUn5e1n7fcI7CxYSHBdZJQwdQUodJQwdHElJXv14w4Z6oJSIq4KY2lOMSFsE.0bxbn62cnh8a0',
  'conditions and state words of its own':
    'armop3.jF2N7__k4_wdjEDP7e_k6aP-6ejl_6Pv7f74A43tuKG8vQuN1Q2N3bq7vr65ury8DY3ABY7n3AuPcK42jeQOjBAKjeEKj9cDjeu7Gow29AyOUf7l6-Xi7eCh-f7lrqCu9QyPCd7p7ej1rqCuw-Lg5eLprtGgrvYMjJvO_uPn6eIMjIMNiFTtDIxwDI0-7giNIHOPVWF9XndtL6Z5va7x.2tw14llzmgigy',
  'no subscription in the URL, and none given':
    'armop3.EKARc4AQtl2VECqXEFWTEWJjeH9gnxFbJD0gIZQRU5QRKyYnIiIlJiAgkREmlBJNnRKPkxFQixCYnRE-c5ATF5QT17MQsG0.1qv0l2md1ddzs',
  'no subscription in the URL, one given and met in the polling URL':
    'armop3.RPRFJ9RE4gnBRH7DRAHHRTY3LCs0y0UPcGl0dcBFB8BFf3JzdnZxcnR0xUVywEYZyUbbx0UE30TMyUVqRTdG10TDYjAhKiUqMHlFMHZ3dXQncnF8J0bARWi7R52ptZa_peduscRE9MVFfbtHkYOoys9pnp_YNWY5.3ud5momi90j2a',
  'an endpoint of its own':
    'armop3.XddcPjwvMHMuKTw-NnM4JTwwLTE4Z2VpaW7yXDguNTItzF2THjw-NThyLzg5NC5yPjwvKdJcPmlwbWzaXAbcXA5ram9vaGttbdxcE9RfMNhfm_tcO9hcay5yastd3dxcdKJehLCsj6a8_neobH8g.23os4n7jy75bp',
  'a read that runs on':
    'armop3.zWjMroqIa8yuvqWivVzNAY6srqWo4r-oqaS-4q6sv7lCzKz54P38ScyUScyc-_r___j7_f1MzIFJz75Az3hkzJtPzUdLzJZLzoRDzKv6W81qTMyDMs4UIDwfNixu5zj877A.380rcv74z5lmv',
  'a deployment by its status URL, with its identity':
    'armop3.yxrKqLijpLtsyqy8rqlEyqH_5vv6TMqpSsqR_fz5-f79-_tKyp5Cyb9OyQZxyqaIqqijrkzKuU3Iq0TKp_xdy31LyrA0who00R4GfTBdPrAl0DokdrxcdRoFUSYWVB4mEEvL4EPLEfpKyxFKym80yBImOhkwKmjhPvrptg.0vkqqquzwjqng',
  'a PUT by the resource, with the states that it was seen in':
    'armop3.xRTEpratqrVUxQmGpKatoOq3oKGstuqmpLexSsSk8ej19EHEnPVGxJTz8vf38PP19UTEiavn__ZOx7SJmbD19aDxsKOx50fEqUDHekLEy0TGz0LHOkPF8OWZsKH99qGZsKGg9fXnmEbE4TrGHCg0Fz4kZu8w9Oe4.06bsd72lnxfp7',
  'a confirmation of a deployment, with the states of its resource':
    'armop3.yxrKqLijpLtsyqy8rqlEyqH_5vv6T8qp-0jKkf38-fn-_fv7SsqeScquS8qQTMlS50jJUUnLNTTIQhRjtC11eR1XoOnnQMjFlkjKxTTIEiY6GTAqaOE--um2.3c28smgzeldfd',
  'a wait for a condition, by a deployment':
    'armop3.fK19Hw8UEwzbfRsLGR7zfRZIUUxN-30e_X0mSktOTklKTEz5fSn6fuLpfSjYfOA_HR8UGVMOGRgVD1MfHQ4I6nzv_H0kg3Wtg2apscqH6okHkmeNk8EL68KtsuaRoeOpkadeUPF40A4ZHRgF_Hxk_H9FBxUYAfh97oN_pZGNroed31aJTV4B.1tiqnmruraw92',
  'a PUT that was over: it had succeeded, and its condition held':
    'armop3.qnurydnCxdo7qmbpy8nCz4XYz87D2YXJy9jeJavLnoeamy2r8yur-5ydmJifnJqaL6vmL6g1Jqjbhiuum9ktqroqqlRVo3tVsH9nHFE8X9FEsVtFF909FHtkMEd3NX9HcSqq3iqqhi2u8yqrGCiu5-jYxcHPxI0uq5VVqXNHW3hRSwmAX5uI1w.0ckytr8ogc7zh',
  'a POST that was over: it had failed':
    'armop3.9VP0lnX23lH0kYadmoVk9Ti2lJadkNqHkJGchtqWlIeBdfXMdfaLevSfwdjFxHH0l8V29K_DwsfHwMPFxXD0oHD3XXf3j7Nx8d978cJ-9XGqp3f1jNhz9cZ19OwK9iwYBCcOFFbfAMTXiA.1ynqsq7xhv94k',
  'a DELETE that was over: it had been canceled':
    'armop3.E7YScJAQKbcSdWB7fGOCE9xQcnB7djxhdnd6YDxwcmFnnBJ3Jz4jIpcSTyOQEkclJCEhJiUjI5YSXJYRsT-SFzdwcn1wdpEXNZIT8ewQyv7iwejysDnmIjFu.24sw41feexge0',
  'a POST that was over: fail-if was true for its result':
    'armop3.TOpNL8xPZ-hNKD8kIzzdTIEPLS8kKWM-KSglP2MvLT44zEx1zE8yw00meGF8fchNLnzPTRZ6e35-eXp8fMlNGclO5GDJSGZhJSrMTHvMTLopNCU4DyMoKWxtcWwsfCzITLKzT5WhvZ63re9muX1uMQ.019pkncr3tfvp',
  'a PUT that was over: fail-if could not be evaluated':
    'armop3.q3qqyNjDxNs6q2foysjDzoTZzs_C2ITIytnfJKrKn4abmi-q8psoqvqdnJmZnp2bmy6q5y6pNIcqr4rexcHez8wqr4gqqEAoqGPYgyyvjcfEzNiHi4zbysXCyIyCL6qiVKhyRlp5UEoIgV6aidY.1mxqjnzefvksl'
}

/** Query of a URL that is signed. */
const SIGNED =
  '&t=638990000000000000&c=MII7BjqyNdYseulLTwQ05rcbdmAZHLLSuBpY104PZCGpRM6LwWPILu4YczKIx9SsY22zpt6wE-8tN7aDIr4g7cRcwrTKIRqoYsyozWBY3RRHKwQY8cEuMV5meUdqfkIKQp6QQSQrn65W-tTm533-M8sY0cP8WD-YjPJe-fLZvg1EC7sW4QBV-foau87P9D8JPOt000-fyEDcNQpR17RvNPn_KIO5b8Bk-odKgKEyvaYL6_VO-8eAo1j9yuT7vX4StmtjA&s=7BjqyNdYseulLTwQ05rcbdmAZHLLSuBpY104PZCGpRM6LwWPILu4YczKIx9SsY22zpt6wE-8tN7aDIr4g7cRcw&h=NdYseulLTwQ05rcbdmAZHLLSuBpY104PZCGpRM6LwWP'

export const FORMAT_3: readonly WrittenHandle[] = [
  ...FORMAT_2.map((row) => ({ ...row, text: AS_BEFORE[row.name] ?? '' })),
  {
    name: 'a PUT by its signed status URL, beside a Location with the same signature',
    text: 'armop3.IfAgQlJJTlGwIe1iQEJJRA5TREVIUg5CQFNVriBAFQwREKUgeKUgcBcWExMUFxERoCBtoSNSgiAaoyFOpyBhpyIPryBqFrIhraAjtBkYGKAhX6AhJBEREaMjhN5hzTnL6fZ5kMqEDB0x8rv9TPihRVPqa8FIQnwZHLGnhDIbDiSuAZqZQO3rAj5zkKyX77pb4W6dlf_7LavZopYwUivyCaVLgKoTghSgQlVwPY0xQuYlmeRYuMQ8iNgpCCtbYCWxj1-YespyurzW2e4NQmYu0EHfQxLoWsbqR9kUMQ_NeqUgdsbJS84aHvHdBdKM8mwfXgAiUfUIZn_wnfLG3YMvxJ4gsss8CyOl69e5Do70Gs4_I6xC1gqyz9TZa_iMS2AHUhzzICQHSRyGIXUDmyJDgSMGpCJA3yMJ3yMJ3yMJlCMJoCXe3iL4zNDz2sCCC9QQA1w.3u9snr3geifyr',
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
