/** Small clients of our own protocols over the JDK's HTTP client: what the command line publishes and follows with. */
package io.stentor.transport.gateway.client;
