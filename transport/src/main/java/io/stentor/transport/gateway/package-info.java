/** Client protocols over Netty: the one home of Netty and JSON. */
package io.stentor.transport.gateway;
