import { paymentProviderContract, toyContractHarness } from '@tollkeeper/payment-provider/testing';

paymentProviderContract('The added provider', toyContractHarness());
