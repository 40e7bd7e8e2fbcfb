/** Tests of the wire on two connection threads. */
import './two-threads.ts';
import '../cors.test.ts';
import '../formats.test.ts';
import '../hostile.test.ts';
import '../http1.test.ts';
import '../json-response.test.ts';
import '../requests.test.ts';
import '../sdk-client.test.ts';
import '../signature.test.ts';
import '../tls.test.ts';
