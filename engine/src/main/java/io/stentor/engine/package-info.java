/** What an application embeds: the public interface of the engine. */
package io.stentor.engine;
