/** Who a client is: the signed tokens it shows, and nothing else. */
package io.stentor.transport.gateway.token;
