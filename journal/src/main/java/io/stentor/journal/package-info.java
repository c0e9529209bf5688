/** The log: appended once, read by every cursor. The one home of Chronicle Queue. */
package io.stentor.journal;
